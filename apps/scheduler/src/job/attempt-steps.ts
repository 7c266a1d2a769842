import {
  AttemptState,
  DEFAULT_MAX_RUNTIME_SEC,
  JobState,
  LEASE_MS,
  OFFER_TTL_SEC,
  Outcome,
  RUNTIME_GRACE_SEC,
  type JobEvent,
} from '@countersign/contracts';
import { hasRetryLeft, type Attempt, type Job } from './job.js';
import type { Draft } from './job.machine.js';
import { backOffMs } from './back-off.js';
import type { StepEvent } from './step-event.js';

/** Each unanswered offer waits twice as long as the one before, this many times at most (30 s to 8 min). */
const MAX_OFFER_DOUBLINGS = 4;

/** Puts the next attempt on offer, until the offer's own end or the job's deadline. */
export function openAttempt(job: Job, pool: string, nowMs: number): Draft {
  const unclaimed = Math.max(0, job.attempt - job.runs);
  const ttlMs = OFFER_TTL_SEC * 1000 * 2 ** Math.min(unclaimed, MAX_OFFER_DOUBLINGS);
  const attempt: Attempt = {
    tenantId: job.tenantId,
    jobId: job.jobId,
    attempt: job.attempt + 1,
    state: AttemptState.Offered,
    outcome: null,
    pool,
    offerExpiresAtMs: Math.min(nowMs + ttlMs, job.deadlineMs ?? Infinity),
    leaseId: null,
    epoch: null,
    workerId: null,
    nonce: null,
    runId: null,
    leaseExpiresAtMs: null,
    runDeadlineMs: null,
    claimedAtMs: null,
    resultDigest: null,
    resultStatus: null,
    reportedAtMs: null,
    endedAtMs: null,
  };
  return {
    to: JobState.Dispatched,
    job: {
      attempt: attempt.attempt,
      pool,
      offerDueAtMs: null,
      ...(job.reasonCode === 'no_pool' && { reason: null, reasonCode: null }),
    },
    attempt,
    effects: [{ kind: 'offer' }],
  };
}

/** Gives a worker the lease of an offer. Undefined when the offer is over. */
export function claimOffer(
  job: Job,
  attempt: Attempt,
  claim: StepEvent & { readonly by: typeof JobEvent.Claim },
  nowMs: number,
): Draft | undefined {
  if (attempt.state !== AttemptState.Offered || nowMs >= attempt.offerExpiresAtMs) return undefined;
  const runtimeSec = job.constraints.max_runtime_sec ?? DEFAULT_MAX_RUNTIME_SEC;
  const runDeadlineMs = nowMs + (runtimeSec + RUNTIME_GRACE_SEC) * 1000;
  const { workerId, nonce, leaseId, runId } = claim;
  return {
    to: JobState.Running,
    job: { runs: job.runs + 1, epoch: job.epoch + 1 },
    attempt: {
      ...attempt,
      state: AttemptState.Running,
      leaseId,
      epoch: job.epoch + 1,
      workerId,
      nonce,
      runId,
      leaseExpiresAtMs: Math.min(nowMs + LEASE_MS, runDeadlineMs),
      runDeadlineMs,
      claimedAtMs: nowMs,
    },
    effects: [{ kind: 'offer_closed', attempt: attempt.attempt }],
    detail: { worker_id: workerId, run_id: runId, attempt: attempt.attempt },
  };
}

/** Ends a run whose worker fell silent. Its effects are unknown, so only a job that says it is safe runs again. */
export function loseLease(job: Job, attempt: Attempt, nowMs: number): Draft | undefined {
  if (attempt.state !== AttemptState.Running || nowMs < (attempt.leaseExpiresAtMs ?? 0)) return undefined;
  const ended = endAttempt(attempt, Outcome.Unknown, nowMs);
  const detail = { attempt: attempt.attempt, worker_id: attempt.workerId, outcome: Outcome.Unknown };
  if (job.cancelRequested) return { to: JobState.Cancelled, reasonCode: 'cancelled', attempt: ended, detail };
  const reasonCode = nowMs >= (attempt.runDeadlineMs ?? Infinity) ? 'runtime_limit' : 'lease_expired';
  if (job.retrySafe && hasRetryLeft(job))
    return {
      to: JobState.Scheduled,
      reasonCode,
      job: { offerDueAtMs: nowMs + backOffMs(job) },
      attempt: ended,
      detail,
    };
  return { to: JobState.TimedOut, reasonCode, attempt: ended, detail };
}

/** Closes an attempt with its outcome. */
export function endAttempt(attempt: Attempt, outcome: Outcome, nowMs: number): Attempt {
  return { ...attempt, state: AttemptState.Ended, outcome, endedAtMs: nowMs };
}
