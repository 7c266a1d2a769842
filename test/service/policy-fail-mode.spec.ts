import { once } from 'node:events';
import { Service, type PolicyCheckFailed } from '@countersign/contracts';
import type { Child } from '@countersign/standalone';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchService } from '../flow/support/launch.js';
import { bundle, PolicyBench } from './support/policy-bench.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };

let bench: PolicyBench;
let evaluator: Child;
let producer: Record<string, string>;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
  await bench.write(bundle('1'));
  producer = await bench.key('default', ['producer']);
  evaluator = await launchService(Service.PolicyEvaluator, { ...process.env, ...bench.env }, () => undefined);
});
afterEach(async () => {
  evaluator.process.kill('SIGCONT');
  await bench.stopServices();
  await bench.admin.query('DELETE FROM gateway.outbox');
});
afterAll(async () => {
  await evaluator?.stop();
  await bench?.close();
});

const gateway = (environment: string, mode?: string) =>
  bench.boot([Service.Gateway], {
    COUNTERSIGN_ENVIRONMENT: environment,
    ...(mode === undefined ? {} : { COUNTERSIGN_CHECK_FAIL_MODE: mode }),
  });
const check = async () =>
  (await bench.post('/policy/check', { topic: 'job.mcp-bridge.read.a', tenant_id: 'default' }, producer))
    .body;
const audited = async (outcome: string) =>
  (
    await bench.rows<{ body: string }>('SELECT body FROM gateway.outbox WHERE subject = $1', [
      `event.gateway.policy_check.${outcome}`,
    ])
  ).map(({ body }) => JSON.parse(body) as PolicyCheckFailed);

describe('a check while the evaluator stands still (P3)', () => {
  it.each([
    ['development', undefined, 'DENY', 'failed_closed'],
    ['production', 'deny', 'DENY', 'failed_closed'],
    ['production', 'allow', 'ALLOW', 'failed_open'],
  ])('in %s with the fail mode %s is %s, marked, and audited', async (environment, mode, type, outcome) => {
    const { url } = await gateway(environment, mode);
    expect(await check()).toMatchObject({ type: 'ALLOW', authoritative: true });
    evaluator.process.kill('SIGSTOP');
    expect(await check()).toMatchObject({
      type,
      authoritative: false,
      reason_code: 'check_unavailable',
      fail_mode: mode ?? 'deny',
      policy_snapshot: null,
      rule_ids: [],
    });
    await vi.waitFor(async () => expect(await audited(outcome)).not.toEqual([]), PATIENTLY);
    expect((await audited(outcome))[0]).toMatchObject({
      environment,
      by: 'producer-of-default',
      topic: 'job.mcp-bridge.read.a',
    });
    const health = (await (await fetch(`${url}/health/ready`)).json()) as object;
    expect(health).toMatchObject({ policy_check: { environment, fail_mode: mode ?? 'deny' } });

    evaluator.process.kill('SIGCONT');
    await vi.waitFor(
      async () => expect(await check()).toMatchObject({ type: 'ALLOW', authoritative: true }),
      PATIENTLY,
    );
  });

  it('is audited as often as it is let through', async () => {
    await gateway('production', 'allow');
    evaluator.process.kill('SIGSTOP');
    const answers = await Promise.all(Array.from({ length: 20 }, () => check()));
    expect(answers.filter(({ type }) => type === 'ALLOW')).toHaveLength(
      (await audited('failed_open')).length,
    );
  });

  it('denies what can not be audited, whatever the fail mode', async () => {
    await gateway('production', 'allow');
    evaluator.process.kill('SIGSTOP');
    const lock = await bench.admin.query('BEGIN; LOCK TABLE gateway.outbox IN ACCESS EXCLUSIVE MODE').then(
      () => 'held',
      (error: unknown) => String(error),
    );
    expect(lock).toBe('held');
    const answer = await check();
    await bench.admin.query('ROLLBACK');
    expect(answer).toMatchObject({ type: 'DENY', authoritative: false, fail_mode: 'deny' });
  });
});

describe('a gateway', () => {
  it.each([
    ['production', undefined],
    ['staging', undefined],
    ['production', 'permit'],
    ['Production!', 'deny'],
  ])('does not start in %s with the fail mode %s', async (environment, mode) => {
    await expect(gateway(environment, mode)).rejects.toMatchObject({ code: 'invalid_config' });
  });
});

it('a check where there is no evaluator at all is denied (P13)', async () => {
  await evaluator.stop();
  if (evaluator.process.exitCode === null && evaluator.process.signalCode === null)
    await once(evaluator.process, 'exit');
  await gateway('development');
  expect(await check()).toMatchObject({ type: 'DENY', authoritative: false });
});
