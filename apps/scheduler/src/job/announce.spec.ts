import { JobEvents, JobState, validate } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { jobEvents, strayRefusals } from './announce.js';
import { aJob, aResult, aVerdict, JOB_ID, verdictFactOf } from './job.builders.js';
import type { Consequence } from './job-book.js';
import type { RunFact } from './job-fact.js';
import type { Job } from './job.js';

const OTHER_ID = '01JD4XQ8Z6T0V9K3M2N5P7R8S2';
const told = (over: Partial<Job>): Consequence => ({
  effect: { kind: 'tell' },
  job: aJob(over),
  attempt: undefined,
  cause: undefined,
});

describe('job events', () => {
  it('tell all jobs of a batch that reached one state in one message', () => {
    const events = jobEvents([
      told({ state: JobState.Denied }),
      told({ state: JobState.Denied, jobId: OTHER_ID }),
    ]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      subject: 'event.job.default.gateway.denied',
      id: expect.stringMatching(new RegExp(`^${JOB_ID}:event-denied:0:[0-9a-f]{16}$`)) as string,
      final: true,
    });
    expect(validate(JobEvents, events[0]?.body).ok).toBe(true);
  });

  it('never mix tenants, producers or states', () => {
    const events = jobEvents([
      told({ state: JobState.Denied }),
      told({ state: JobState.Denied, tenantId: 'other' }),
      told({ state: JobState.Denied, producer: 'p1' }),
      told({ state: JobState.TimedOut }),
    ]);
    expect(events.map((event) => event.subject)).toEqual([
      'event.job.default.gateway.denied',
      'event.job.other.gateway.denied',
      'event.job.default.p1.denied',
      'event.job.default.gateway.timed_out',
    ]);
  });
});

describe('an event of released work (H12)', () => {
  const marks = (over: Partial<Job>) =>
    jobEvents([told(over)]).flatMap(({ body }) => (body as JobEvents).jobs.map((job) => job.review_after));

  it('is marked where the decision wants a look, and nowhere else', () => {
    expect(marks({ state: JobState.Completed, reviewAfter: true })).toEqual([true]);
    expect(marks({ state: JobState.Completed })).toEqual([undefined]);
    expect(marks({ state: JobState.Failed, reviewAfter: true })).toEqual([undefined]);
  });
});

describe('results and verdicts of jobs that do not exist', () => {
  it('are told once for all results of a pool, and one by one for verdicts', () => {
    const result = aResult() as RunFact;
    const verdict = verdictFactOf(aVerdict()) as RunFact;
    const told = strayRefusals([result, result, { ...result, pool: 'agent' } as RunFact, verdict, verdict]);
    expect(told.map(([{ what, job_id, detail }]) => [what, job_id, detail['pool'], detail['count']])).toEqual(
      [
        ['verdict', JOB_ID, undefined, undefined],
        ['verdict', JOB_ID, undefined, undefined],
        ['result', null, 'mcp', 2],
        ['result', null, 'agent', 1],
      ],
    );
    expect(new Set(told.map(([{ reason_code }]) => reason_code))).toEqual(new Set(['stale_lease']));
  });
});
