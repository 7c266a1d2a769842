import { Logger } from '@nestjs/common';
import { PolicyChanged, validate, type JobRequest } from '@countersign/contracts';
import type { PolicySnapshot } from '@countersign/policy-engine';
import type { Emission, Fact, PlatformConfig, Work } from '@countersign/service-kit';
import { describe, expect, it, vi } from 'vitest';
import { aSnapshot } from '../testing/builders.js';
import { EvaluateJobsHandler } from './evaluate-jobs.handler.js';

vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

const ALLOW = aSnapshot(`{version: v1, rules: [{id: all, match: {topics: ['job.>']}, decision: allow}]}`);
const BROKEN: PolicySnapshot = { ...ALLOW, index: { matching: () => [] as never } };
const config = {
  topology: { producers: [{ name: 'p1', tenant: 'acme', agents: [] }], pools: [] },
  secrets: { decisionSealKeys: () => [Buffer.alloc(32, 1)] },
} as unknown as PlatformConfig;

function aJob(at: number, more: Partial<JobRequest> = {}): Fact<unknown> {
  const body = { topic: 'job.mail.send', tenant_id: 'acme', ...more };
  return {
    subject: 'from.p1.job.mail.send',
    body,
    text: JSON.stringify(body),
    id: `p1:${at}`,
    storedAtMs: at,
    traceId: null,
    traceparent: '',
    header: () => undefined,
  } as unknown as Fact<unknown>;
}

/** Handles a batch and gives what it says. */
async function told(snapshot: PolicySnapshot, facts: readonly Fact<unknown>[]): Promise<Emission[]> {
  const emitted: Emission[] = [];
  const work = {
    emit: (emission: Emission) => emitted.push(emission),
    insertMany: (_table: string, _columns: object, rows: readonly unknown[]) => Promise.resolve(rows),
  } as unknown as Work;
  await new EvaluateJobsHandler(config, { snapshot }).handle(work, facts);
  return emitted;
}

const alarmsIn = (emitted: readonly Emission[]) =>
  emitted.filter(({ subject }) => subject === 'event.policy-evaluator.policy.failed').map(({ body }) => body);

describe('a batch of jobs on which the engine fails (P13)', () => {
  it('is denied, and told once', async () => {
    const emitted = await told(BROKEN, [aJob(1), aJob(2)]);
    expect(emitted.filter(({ subject }) => subject.startsWith('decision.deny.'))).toHaveLength(2);
    const [alarm, ...others] = alarmsIn(emitted);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ snapshot: ALLOW.hash, failed_jobs: 2 });
    expect(validate(PolicyChanged, alarm).ok).toBe(true);
  });

  it('is not one of jobs that can not be judged: these anybody may send', async () => {
    const emitted = await told(ALLOW, [aJob(1, { resource: 'a/../b' }), aJob(2)]);
    expect(emitted.map(({ subject }) => subject)).toContain('decision.deny.mail.send');
    expect(alarmsIn(emitted)).toEqual([]);
  });
});
