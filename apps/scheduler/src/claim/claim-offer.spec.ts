import { AttemptState, JobState, LEASE_MS } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { aJob, anAttempt, aReport, JOB_ID, NOW_MS } from '../job/job.builders.js';
import { JobBook } from '../job/job-book.js';
import type { Attempt, Job } from '../job/job.js';
import { claimOffer, type Claim } from './claim-offer.js';
import { newLeaseIds } from './lease-ids.js';

const aClaim = (over: Partial<Claim> = {}): Claim => ({
  pool: 'mcp',
  workerId: 'mcp-1',
  jobId: JOB_ID,
  attempt: 1,
  nonce: 'nonce-one',
  ...over,
});
const offered = (job: Partial<Job> = {}, attempt: Partial<Attempt> = {}, nowMs = NOW_MS) =>
  new JobBook(nowMs, () => 'mcp', [
    { job: aJob({ state: JobState.Dispatched, attempt: 1, ...job }), attempt: anAttempt(attempt) },
  ]);
const codeOf = (book: JobBook, claim: Claim) => {
  const answer = claimOffer(book, claim, newLeaseIds);
  return answer.ok ? 'granted' : answer.code;
};

describe('a claim', () => {
  it('gets a lease, a run id and the constraints of the decision', () => {
    const answer = claimOffer(offered({ constraints: { max_runtime_sec: 45 } }), aClaim(), newLeaseIds);
    expect(answer).toMatchObject({
      ok: true,
      lease: { epoch: 1, duration_ms: LEASE_MS },
      constraints: { max_runtime_sec: 45 },
      server_time: '2026-11-20T12:00:00.000Z',
      run_id: expect.stringMatching(/^run_20261120T120000Z_[0-9a-f]{8}$/) as string,
    });
  });

  it('is answered with the same lease when it is repeated', () => {
    const book = offered();
    expect(claimOffer(book, aClaim(), newLeaseIds)).toEqual(claimOffer(book, aClaim(), newLeaseIds));
  });

  it('loses against the first, also with the same worker and another nonce', () => {
    const book = offered();
    claimOffer(book, aClaim(), newLeaseIds);
    expect(codeOf(book, aClaim({ workerId: 'mcp-2' }))).toBe('already_claimed');
    expect(codeOf(book, aClaim({ nonce: 'nonce-two' }))).toBe('already_claimed');
  });

  it.each([
    ['another pool', offered(), aClaim({ pool: 'agent' }), 'not_your_pool'],
    ['an unknown job', new JobBook(NOW_MS, () => 'mcp'), aClaim(), 'unknown_offer'],
    ['an attempt to come', offered(), aClaim({ attempt: 2 }), 'unknown_offer'],
    ['an attempt of before', offered({ attempt: 2 }, { attempt: 2 }), aClaim(), 'offer_expired'],
    ['an offer that is over', offered({}, {}, NOW_MS + 30_000), aClaim(), 'offer_expired'],
    [
      'a cancelled job',
      offered({ state: JobState.Cancelled }, { state: AttemptState.Ended }),
      aClaim(),
      'cancelled',
    ],
    ['a finished run', offered({ state: JobState.Completed }, aReport()), aClaim(), 'already_claimed'],
  ])('for %s gets no lease', (_what, book, claim, code) => {
    expect(codeOf(book, claim)).toBe(code);
  });
});
