import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { aRequest, startGateway, type TestGateway } from '../../testing/gateway-fixture.js';

const CHECK = Subjects.policyCheck.template;
const ANSWER = { ok: true, type: 'ALLOW', rule_ids: ['r'], policy_snapshot: 'sha256:x' };

describe('POST /api/v1/policy/check', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());
  const check = (body: unknown = aRequest()) => gateway.call('POST', '/api/v1/policy/check', { body });
  const emitted = () => gateway.tables.emitted.map(({ subject, body }) => ({ subject, body }));

  it('asks as the caller that was verified, and marks the answer as the policy’s', async () => {
    gateway.bus.answer(CHECK, () => ANSWER);
    expect((await check()).json).toEqual({
      type: 'ALLOW',
      rule_ids: ['r'],
      policy_snapshot: 'sha256:x',
      authoritative: true,
    });
    expect(gateway.bus.asked[0]?.question).toEqual({
      request: aRequest(),
      verified: { caller: 'local-producer', tenant_id: 'default', by: 'loopback' },
    });
    expect(emitted()).toEqual([]);
  });

  it('takes one answer of several tries', async () => {
    const answers: (() => unknown)[] = [
      () => {
        throw new CodedError('timeout', 'late');
      },
      () => ({ ok: false, code: 'unavailable' }),
    ];
    gateway.bus.answer(CHECK, () => (answers.shift() ?? (() => ANSWER))());
    expect((await check()).json).toMatchObject({ authoritative: true });
    expect(gateway.bus.asked).toHaveLength(3);
  });

  it.each([
    ['null', null],
    ['a text', 'ALLOW'],
    ['yes without a decision', { ok: true }],
    ['a decision that is none', { ok: true, type: 'PERMIT' }],
    ['that it can not say', { ok: false, code: 'unavailable' }],
  ])('is denied when the evaluator answers %s (P13)', async (_, answer) => {
    gateway.bus.answer(CHECK, () => answer);
    const reply = await check();
    expect([reply.status, reply.json]).toMatchObject([
      200,
      { type: 'DENY', authoritative: false, reason_code: 'check_unavailable', cause: 'unavailable' },
    ]);
  });

  it('stops asking after five failures in a row, and says so', async () => {
    gateway.bus.answer(CHECK, () => null);
    await check();
    expect(gateway.bus.asked).toHaveLength(5);
    expect((await check()).json).toMatchObject({ type: 'DENY', cause: 'breaker_open' });
    expect(gateway.bus.asked).toHaveLength(5);
  });

  it('tells each kind of failure once at once, and then as a count', async () => {
    gateway.bus.answer(CHECK, () => null);
    await check();
    await vi.waitFor(() => expect(emitted()).toHaveLength(1));
    expect(emitted()[0]).toMatchObject({
      subject: 'event.gateway.policy_check.failed_closed',
      body: { cause: 'unavailable', count: 1, by: 'local-producer', environment: 'development' },
    });
    for (let i = 0; i < 3; i += 1) await check();
    await vi.waitFor(() => expect(emitted()).toHaveLength(2));
    await gateway.sweep('failed checks');
    expect(emitted()[2]).toMatchObject({ body: { cause: 'breaker_open', count: 2 } });
    await gateway.sweep('failed checks');
    expect(emitted()).toHaveLength(3);
  });

  it('keeps counting what can not be told', async () => {
    gateway.bus.answer(CHECK, () => null);
    gateway.tables.failure = new Error('away');
    await check();
    await expect(gateway.sweep('failed checks')).rejects.toThrow('away');
    gateway.tables.failure = undefined;
    await gateway.sweep('failed checks');
    expect(emitted()).toMatchObject([{ body: { count: 1 } }]);
  });

  it.each([
    [aRequest({ tenant_id: 'other' }), 403, 'tenant_mismatch'],
    [aRequest({ topic: 'x' }), 400, 'invalid_field'],
    ['{', 400, 'malformed_json'],
  ])('refuses %j without asking', async (body, status, code) => {
    const reply = await check(body);
    expect([reply.status, reply.json.code]).toEqual([status, code]);
    expect(gateway.bus.asked).toEqual([]);
  });

  it('passes a refusal of the evaluator on, and does not take it for a failure', async () => {
    gateway.bus.answer(CHECK, () => ({ ok: false, code: 'too_deep', pointer: '/request/params' }));
    const reply = await check();
    expect([reply.status, reply.json.code]).toEqual([400, 'too_deep']);
    expect(gateway.bus.asked).toHaveLength(1);
  });
});
