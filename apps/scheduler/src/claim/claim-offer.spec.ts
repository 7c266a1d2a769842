import { AttemptState, JobState, LEASE_MS } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { aJob, anAttempt, aReport, aRun, JOB_HASH, JOB_ID, NOW_MS } from '../job/job.builders.js';
import { JobBook } from '../job/job-book.js';
import type { Attempt, Job } from '../job/job.js';
import {
  ASKS_FOR_TWO,
  aStoredApproval,
  aStoredBasis,
  POLICY_SNAPSHOT,
  SEALS,
} from '../warrant/basis.builders.js';
import type { StoredBasis } from '../warrant/stored-basis.js';
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
const claimed = (book: JobBook, claim = aClaim(), stored: StoredBasis = aStoredBasis()) =>
  claimOffer(book, new Map([[JOB_ID, stored]]), claim, newLeaseIds, SEALS);
const codeOf = (book: JobBook, claim?: Claim, stored?: StoredBasis) => {
  const answer = claimed(book, claim, stored);
  return answer.ok ? 'granted' : answer.code;
};

describe('a claim', () => {
  it('gets a lease, a run id and the constraints of the decision', () => {
    const job = { constraints: { max_runtime_sec: 45 } };
    const answer = claimed(offered(job), aClaim(), aStoredBasis({}, job));
    expect(answer).toMatchObject({
      ok: true,
      lease: { epoch: 1, duration_ms: LEASE_MS },
      constraints: { max_runtime_sec: 45 },
      server_time: '2026-11-20T12:00:00.000Z',
      run_id: expect.stringMatching(/^run_20261120T120000Z_[0-9a-f]{8}$/) as string,
    });
  });

  it('gets a warrant for this run, this claim and what was decided, until the run must be over', () => {
    const constraints = { max_runtime_sec: 45 };
    const stored = aStoredBasis({ approval: aStoredApproval() }, { ...ASKS_FOR_TWO, constraints });
    const answer = claimed(offered({ constraints, approvalId: 'approval-1' }), aClaim(), stored);
    if (!answer.ok) throw new Error(answer.code);
    expect(answer.warrant).toEqual({
      iss: '/countersign/scheduler',
      aud: 'mcp',
      iat: NOW_MS / 1000,
      nbf: NOW_MS / 1000,
      exp: NOW_MS / 1000 + 45 + 10,
      job_id: JOB_ID,
      job_hash: JOB_HASH,
      attempt: 1,
      run_id: answer.run_id,
      lease_id: answer.lease.id,
      epoch: 1,
      nonce: 'nonce-one',
      tenant_id: 'default',
      pool: 'mcp',
      decision_id: 'decision-1',
      policy_snapshot: POLICY_SNAPSHOT,
      approval_ids: ['approval-1'],
      constraints_digest: sha256Digest('{"max_runtime_sec":45}'),
    });
  });

  it('is answered with the same lease and the same warrant when it is repeated', () => {
    const book = offered();
    expect(claimed(book)).toEqual(claimed(book));
  });

  it('loses against the first, also with the same worker and another nonce', () => {
    const book = offered();
    claimed(book);
    expect(codeOf(book, aClaim({ workerId: 'mcp-2' }))).toBe('already_claimed');
    expect(codeOf(book, aClaim({ nonce: 'nonce-two' }))).toBe('already_claimed');
  });

  const running = (job: Partial<Job> = {}, nowMs = NOW_MS) =>
    new JobBook(nowMs, () => 'mcp', [
      { job: aJob({ state: JobState.Running, attempt: 1, ...job }), attempt: aRun() },
    ]);

  it.each([
    ['another pool', offered(), aClaim({ pool: 'agent' }), 'not_your_pool'],
    ['an unknown job', new JobBook(NOW_MS, () => 'mcp'), aClaim(), 'unknown_offer'],
    ['an attempt to come', offered(), aClaim({ attempt: 2 }), 'unknown_offer'],
    ['an attempt of before', offered({ attempt: 2 }, { attempt: 2 }), aClaim(), 'offer_expired'],
    ['an offer that is over', offered({}, {}, NOW_MS + 30_000), aClaim(), 'offer_expired'],
    ['a job past its deadline', offered({ deadlineMs: NOW_MS }), aClaim(), 'offer_expired'],
    ['a job that is to be cancelled', offered({ cancelRequested: true }), aClaim(), 'cancelled'],
    ['a claim repeated after a cancel', running({ cancelRequested: true }), aClaim(), 'cancelled'],
    ['a claim repeated after its lease', running({}, NOW_MS + 15_000), aClaim(), 'offer_expired'],
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

  it.each([
    [
      'whose bytes were changed (H06)',
      aStoredBasis({ textHash: sha256Digest('x') }),
      'digest_mismatch',
      'job',
    ],
    ['whose approval is not there', aStoredBasis({}, ASKS_FOR_TWO), 'not_approved', 'approval'],
  ])('for a job %s is refused and told, and ends the job', (_what, stored, code, part) => {
    const book = offered();
    expect(codeOf(book, aClaim(), stored)).toBe(code);
    expect(book.refusals).toMatchObject([
      { what: 'claim', refusal: { code, detail: { pointer: `/${part}`, attempt: 1 } } },
    ]);
    expect(book.find(JOB_ID)).toMatchObject({
      job: { state: JobState.Failed, reasonCode: code },
      attempt: { state: AttemptState.Ended, leaseId: null },
    });
    expect(codeOf(book, aClaim({ nonce: 'nonce-two' }), stored)).toBe('offer_expired');
    expect(book.refusals).toHaveLength(1);
  });

  it('that is repeated for a job whose bytes were changed since is refused, and its run is left to its lease', () => {
    const book = running();
    expect(codeOf(book, aClaim(), aStoredBasis({ textHash: sha256Digest('x') }))).toBe('digest_mismatch');
    expect(book.refusals).toHaveLength(1);
    expect(book.find(JOB_ID)?.job.state).toBe(JobState.Running);
  });
});
