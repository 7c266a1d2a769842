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
 * Gives the offer to the first that claims it in time. The same claim again, after a lost answer, gets the same lease.
 */
export function claimOffer(book: JobBook, claim: Claim, newIds: (nowMs: number) => LeaseIds): ClaimAnswer {
  const entry = book.find(claim.jobId);
  const refusal = refusalOf(entry, claim, book.nowMs);
  if (refusal !== undefined) return refused(claim, refusal);
  if (entry?.attempt?.state === AttemptState.Running) return granted(claim, entry, book.nowMs);
  const event = {
    by: JobEvent.Claim,
    workerId: claim.workerId,
    nonce: claim.nonce,
    ...newIds(book.nowMs),
  };
  const taken = book.apply(claim.jobId, event, undefined, true);
  const now = book.find(claim.jobId);
  return taken && now ? granted(claim, now, book.nowMs) : refused(claim, 'offer_expired');
}

/** Why a claim gets no lease; undefined for a live offer, and for the holder of the lease who asks again. */
function refusalOf(entry: Entry | undefined, claim: Claim, nowMs: number): ClaimRefusal | undefined {
  const attempt = entry?.attempt;
  if (!entry || !attempt || claim.attempt > attempt.attempt) return 'unknown_offer';
  if (attempt.pool !== claim.pool) return 'not_your_pool';
  if (claim.attempt < attempt.attempt) return 'offer_expired';
  switch (attempt.state) {
    case AttemptState.Offered:
      return nowMs >= attempt.offerExpiresAtMs ? 'offer_expired' : undefined;
    case AttemptState.Running:
      return attempt.nonce === claim.nonce && attempt.workerId === claim.workerId
        ? undefined
        : 'already_claimed';
    case AttemptState.Reported:
    case AttemptState.Ended:
      if (attempt.leaseId !== null) return 'already_claimed';
      return entry.job.state === JobState.Cancelled ? 'cancelled' : 'offer_expired';
  }
}

function refused(claim: Claim, code: ClaimRefusal): ClaimAnswer {
  return { ok: false, job_id: claim.jobId, attempt: claim.attempt, code };
}

function granted(claim: Claim, { job, attempt }: Entry, nowMs: number): ClaimAnswer {
  if (!attempt || attempt.leaseId === null || attempt.epoch === null || attempt.runId === null)
    throw new Error(`attempt ${claim.attempt} of ${claim.jobId} runs without a lease`);
  return {
    ok: true,
    job_id: claim.jobId,
    attempt: claim.attempt,
    lease: {
      id: attempt.leaseId,
      epoch: attempt.epoch,
      duration_ms: Math.max(1, (attempt.leaseExpiresAtMs ?? nowMs) - nowMs),
    },
    server_time: timeText(nowMs),
    run_id: attempt.runId,
    constraints: job.constraints,
    heartbeat_sec: HEARTBEAT_SEC,
  };
}
