import {
  AttemptState,
  HEARTBEAT_SEC,
  JobEvent,
  JobState,
  type ClaimAnswer,
  type ClaimRefusal,
} from '@countersign/contracts';
import type { JobBook, Entry } from '../job/job-book.js';
import { timeText } from '../job/job.columns.js';
import { judgeBasis, type Basis, type BasisProblem } from '../warrant/judge-basis.js';
import type { Seals } from '../warrant/seals.js';
import type { UnsignedAnswer } from '../warrant/sign-answers.js';
import type { StoredBasis } from '../warrant/stored-basis.js';
import { warrantOf } from '../warrant/warrant-of.js';

/** One claim of a worker, with the pool its account stamped on the subject. */
export interface Claim {
  readonly pool: string;
  readonly workerId: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly nonce: string;
}

/** Ids for a new lease. */
export interface LeaseIds {
  readonly leaseId: string;
  readonly runId: string;
}

/**
 * Gives the offer to the first that claims it in time, if what is stored of the job warrants a run. The same claim
 * again, after a lost answer, gets the same lease.
 */
export function claimOffer(
  book: JobBook,
  stored: ReadonlyMap<string, StoredBasis>,
  claim: Claim,
  newIds: (nowMs: number) => LeaseIds,
  seals: Seals,
): UnsignedAnswer {
  const entry = book.find(claim.jobId);
  const refusal = refusalOf(entry, claim, book.nowMs);
  if (refusal !== undefined || !entry) return refused(claim, refusal ?? 'unknown_offer');
  const verdict = judgeBasis(entry.job, stored.get(claim.jobId), seals);
  if (!verdict.ok) return unwarranted(book, entry, claim, verdict.problem);
  if (entry.attempt?.state === AttemptState.Running) return granted(claim, entry, verdict.basis, book.nowMs);
  const event = {
    by: JobEvent.Claim,
    workerId: claim.workerId,
    nonce: claim.nonce,
    ...newIds(book.nowMs),
  };
  const taken = book.apply(claim.jobId, event, undefined, true);
  const now = book.find(claim.jobId);
  return taken && now ? granted(claim, now, verdict.basis, book.nowMs) : refused(claim, 'offer_expired');
}

/** Why a claim gets no lease; undefined for a live offer, and for the holder of the lease who asks again. */
function refusalOf(entry: Entry | undefined, claim: Claim, nowMs: number): ClaimRefusal | undefined {
  const attempt = entry?.attempt;
  if (!entry || !attempt || claim.attempt > attempt.attempt) return 'unknown_offer';
  if (attempt.pool !== claim.pool) return 'not_your_pool';
  if (claim.attempt < attempt.attempt) return 'offer_expired';
  switch (attempt.state) {
    case AttemptState.Offered:
      if (entry.job.cancelRequested) return 'cancelled';
      return nowMs >= Math.min(attempt.offerExpiresAtMs, entry.job.deadlineMs ?? Infinity)
        ? 'offer_expired'
        : undefined;
    case AttemptState.Running:
      if (attempt.nonce !== claim.nonce || attempt.workerId !== claim.workerId) return 'already_claimed';
      if (nowMs >= (attempt.leaseExpiresAtMs ?? 0)) return 'offer_expired';
      // Nothing has begun, or the holder would not ask again: its lease runs out and the job ends.
      return entry.job.cancelRequested ? 'cancelled' : undefined;
    case AttemptState.Reported:
    case AttemptState.Ended:
      if (attempt.leaseId !== null) return 'already_claimed';
      return entry.job.state === JobState.Cancelled ? 'cancelled' : 'offer_expired';
  }
}

/** The refusal stands in the audit log. A job on offer ends by it: no later claim could find it otherwise. */
function unwarranted(book: JobBook, { job }: Entry, claim: Claim, problem: BasisProblem): UnsignedAnswer {
  const { code, part } = problem;
  const detail = { attempt: claim.attempt, pool: claim.pool, worker_id: claim.workerId, pointer: `/${part}` };
  book.refuse(job, 'claim', { code, detail }, { id: job.causeId, traceparent: job.traceparent });
  book.apply(claim.jobId, { by: JobEvent.Unwarranted, code }, undefined, true);
  return refused(claim, code);
}

function refused(claim: Claim, code: ClaimRefusal): ClaimAnswer & { readonly ok: false } {
  return { ok: false, job_id: claim.jobId, attempt: claim.attempt, code };
}

function granted(claim: Claim, entry: Entry, basis: Basis, nowMs: number): UnsignedAnswer {
  const { job, attempt } = entry;
  const warrant = warrantOf(entry, basis);
  return {
    ok: true,
    job_id: claim.jobId,
    attempt: claim.attempt,
    lease: {
      id: warrant.lease_id,
      epoch: warrant.epoch,
      duration_ms: Math.max(1, (attempt?.leaseExpiresAtMs ?? nowMs) - nowMs),
    },
    server_time: timeText(nowMs),
    run_id: warrant.run_id,
    constraints: job.constraints,
    heartbeat_sec: HEARTBEAT_SEC,
    warrant,
  };
}
