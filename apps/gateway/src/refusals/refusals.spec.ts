import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused, Subjects, validate } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const SECRET = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

describe('refused commands in the audit log', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    gateway.call('POST', path, { body, headers });
  const submit = (body: unknown, headers?: Record<string, string>) => post('/api/v1/jobs', body, headers);
  const told = async (count = 1) => {
    await vi.waitFor(() => expect(gateway.tables.refused).toHaveLength(count));
    return gateway.tables.refused;
  };
  const tellCounts = () => gateway.sweep('refusals');

  it('say at once what was refused, why, where, to whom, and the digest of the body', async () => {
    const body = JSON.stringify(aRequest({ risk_tags: ['a', 7], params: { key: SECRET } }));
    const reply = await submit(body);
    const [refused] = await told();
    expect(validate(Refused, refused).ok).toBe(true);
    expect(refused).toEqual({
      job_id: null,
      trace_id: reply.json['trace_id'],
      what: 'submit',
      reason_code: 'invalid_field',
      detail: {
        by: 'local-producer',
        tenant_id: 'default',
        target: null,
        pointer: '/risk_tags/1',
        body_sha256: sha256Digest(body),
        count: 1,
        since: expect.stringMatching(/^\d{4}-/) as string,
      },
    });
    expect(JSON.stringify(refused)).not.toContain(SECRET);
  });

  it.each([
    ['a member that is unknown', { [SECRET]: 1 }, '/*'],
    ['a member of params', { params: JSON.parse(`{"x":{"${SECRET}":1e15}}`) as object, foo: 1 }, '/*'],
    ['a label', { labels: { [SECRET]: 7 } }, '/labels/*'],
    ['a member within a known one', { estimate: { [SECRET]: 1 } }, '/estimate/*'],
  ])('name no member that the client made up, as in %s', async (_, members, pointer) => {
    const reply = await submit(aRequest(members));
    expect(reply.status).toBe(400);
    const [refused] = await told();
    expect(refused!.detail['pointer']).toBe(pointer);
    expect(JSON.stringify(refused)).not.toContain(SECRET);
  });

  it.each([
    [
      'a duplicate member',
      `{"topic":"job.a","tenant_id":"default","params":{"${SECRET}":1,"${SECRET}":2}}`,
      {},
    ],
    ['an Idempotency-Key', aRequest(), { 'idempotency-key': `${SECRET}\u00e9` }],
    ['credentials', aRequest(), { authorization: `Bearer ${SECRET}` }],
    ['an Origin', aRequest(), { origin: `https://${SECRET}.example` }],
    ['a proxy header', aRequest(), { [`x-forwarded-${SECRET}`]: '1' }],
    ['a content type', aRequest(), { 'content-type': SECRET }],
  ])('keep no secret of %s', async (_, body, headers) => {
    expect((await submit(body, headers)).status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(await told())).not.toMatch(new RegExp(SECRET, 'i'));
  });

  it.each([
    ['a page of another site', { origin: 'https://evil.example' }, 'foreign_origin'],
    ['a forwarded request', { via: '1.1 x' }, 'unauthenticated'],
    ['credentials that nobody can check', { authorization: 'x' }, 'invalid_credentials'],
  ])('know no caller of %s, but what it wanted', async (_, headers, code) => {
    const body = JSON.stringify(aRequest());
    await submit(body, headers);
    await post(`/api/v1/approvals/${JOB_ID}/approve`, '{}', headers);
    const refused = await told(2);
    const stranger = { by: null, tenant_id: null };
    expect(refused).toMatchObject([
      {
        what: 'submit',
        reason_code: code,
        job_id: null,
        detail: { ...stranger, body_sha256: sha256Digest(body) },
      },
      { what: 'approve', reason_code: code, job_id: null, detail: { ...stranger, target: JOB_ID } },
    ]);
  });

  it.each([
    [
      'approve',
      `/api/v1/approvals/${JOB_ID}/approve`,
      Subjects.commandApprovalResolve,
      'self_approval',
      JOB_ID,
    ],
    ['deny', `/api/v1/approvals/${JOB_ID}/deny`, Subjects.commandApprovalResolve, 'already_resolved', JOB_ID],
    ['cancel', `/api/v1/jobs/${JOB_ID}/cancel`, Subjects.commandJobCancel, 'illegal_transition', JOB_ID],
    ['approve', `/api/v1/approvals/${JOB_ID}/approve`, Subjects.commandApprovalResolve, 'not_found', null],
    ['cancel', `/api/v1/jobs/${JOB_ID}/cancel`, Subjects.commandJobCancel, 'not_found', null],
  ])('tell of a refused %s at %s by %o that it was %s', async (what, path, subject, code, jobId) => {
    gateway.bus.answer(subject.template, () => ({ ok: false, code }));
    await post(path);
    const by = what === 'cancel' ? 'local-producer' : 'local-operator';
    expect(await told()).toMatchObject([
      { what, reason_code: code, job_id: jobId, detail: { by, target: JOB_ID, tenant_id: 'default' } },
    ]);
  });

  it('name no job as theirs that the caller may not see, whatever else is wrong', async () => {
    await post(`/api/v1/approvals/${JOB_ID}/approve`, { note: 7 });
    await post(`/api/v1/jobs/${SECRET}/cancel`);
    expect(await told(2)).toMatchObject([
      { job_id: null, detail: { target: JOB_ID, pointer: '/note' } },
      { job_id: null, detail: { target: null, pointer: '/id' } },
    ]);
  });

  it('have no digest of a body that was not read', async () => {
    await submit('x'.repeat(600_000));
    expect(await told()).toMatchObject([{ reason_code: 'too_large', detail: { body_sha256: null } }]);
  });

  it('are told once and then counted, so that a flood of them is two events', async () => {
    for (let i = 0; i < 300; i += 1) await submit(aRequest({ [`flood${i}`]: i }));
    await told(1);
    await tellCounts();
    expect(await told(2)).toMatchObject([
      { reason_code: 'unknown_field', detail: { count: 1 } },
      {
        reason_code: 'unknown_field',
        detail: {
          count: 299,
          pointer: '/*',
          body_sha256: sha256Digest(JSON.stringify(aRequest({ flood299: 299 }))),
        },
      },
    ]);
    await tellCounts();
    expect(gateway.tables.refused).toHaveLength(2);
  });

  it('are told at once again when they had stopped for a whole window', async () => {
    await submit('{');
    await tellCounts();
    await submit('[]');
    await submit('{');
    expect(await told(3)).toMatchObject([
      { reason_code: 'malformed_json' },
      { reason_code: 'invalid_field' },
      { reason_code: 'malformed_json', detail: { count: 1 } },
    ]);
  });

  it('are counted until they can be told, and never stand in the way of the answer', async () => {
    gateway.tables.failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    expect((await submit('{')).status).toBe(400);
    await tellCounts();
    expect((await submit('{')).status).toBe(400);
    gateway.tables.failure = undefined;
    await tellCounts();
    expect(await told()).toMatchObject([{ reason_code: 'malformed_json', detail: { count: 2 } }]);
  });

  it('are told before the process ends', async () => {
    const other = await startGateway();
    for (const body of ['{', '{', '{']) await other.call('POST', '/api/v1/jobs', { body });
    await other.close();
    expect(other.tables.refused.map(({ detail }) => detail['count'])).toEqual([1, 2]);
  });

  it('are none where nothing was to be done, or where we failed', async () => {
    await gateway.call('GET', '/api/v1/jobs/x');
    await gateway.call('DELETE', '/api/v1/jobs');
    await post('/api/v1/nowhere');
    gateway.bus.answer(Subjects.commandJobCancel.template, () => ({ ok: false, code: 'unavailable' }));
    expect((await post(`/api/v1/jobs/${JOB_ID}/cancel`)).status).toBe(503);
    await tellCounts();
    expect(gateway.tables.refused).toEqual([]);
  });
});
