import { JobEvents, JobState, validate } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { jobEvents } from './announce.js';
import { aJob, JOB_ID } from './job.builders.js';
import type { Consequence } from './job-book.js';
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
