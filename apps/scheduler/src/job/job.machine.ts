import {
  AttemptState,
  isLegalStep,
  isTerminal,
  JOB_TRANSITIONS,
  JobEvent,
  JobState,
  Outcome,
  ReasonCode,
} from '@countersign/contracts';
import { assertNever } from '@countersign/kernel';
import type { Attempt, Job } from './job.js';
import { claimOffer, endAttempt, loseLease, openAttempt } from './attempt-steps.js';
import { conclude } from './conclude-attempt.js';
import type { Effect, Refusal, StepEvent } from './step-event.js';

/** A step that was taken, or why it was not. */
export type Step =
  | {
      readonly ok: true;
      readonly job: Job;
      readonly attempt: Attempt | undefined;
      readonly effects: readonly Effect[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** What an event makes of a job, before the table has agreed. */
export interface Draft {
  readonly to: JobState;
  readonly job?: Partial<Job>;
  readonly attempt?: Attempt | undefined;
  readonly effects?: readonly Effect[];
  readonly reasonCode?: ReasonCode;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * States that are told to the job's producer when they are reached. COMPLETED is told by the output itself, and besides
 * only where somebody is to look at the work.
 */
const TOLD: ReadonlySet<JobState> = new Set(
  Object.values(JobState).filter(
    (state) =>
      (isTerminal(state) && state !== JobState.Completed) ||
      state === JobState.PendingApproval ||
      state === JobState.Running ||
      state === JobState.Quarantined ||
      state === JobState.Throttled,
  ),
);

/**
 * One step of a job: pure, by the table of the contract. `attempt` is the job's latest one; `nowMs` is the database's time.
 * Throws when the code wants a step that the table forbids, which is a defect and never a caller's fault.
 */
export function step(job: Job, attempt: Attempt | undefined, event: StepEvent, nowMs: number): Step {
  if (JOB_TRANSITIONS[job.state][event.by] === undefined) return illegal(job, event);
  const draft = draftOf(job, attempt, event, nowMs);
  if (draft === undefined) return illegal(job, event);
  if (!isLegalStep(job.state, event.by, draft.to))
    throw new Error(`no legal step from ${job.state} by ${event.by} to ${draft.to}`);
  const next: Job = {
    ...job,
    ...(draft.reasonCode && { reasonCode: draft.reasonCode, reason: ReasonCode[draft.reasonCode] }),
    ...draft.job,
    state: draft.to,
    version: job.version + 1,
    updatedAtMs: nowMs,
  };
  const told = draft.to !== job.state && (TOLD.has(draft.to) || draft.detail !== undefined);
  const tell: Effect[] = told ? [{ kind: 'tell', ...(draft.detail && { detail: draft.detail }) }] : [];
  return {
    ok: true,
    job: next,
    attempt: draft.attempt ?? attempt,
    effects: [...(draft.effects ?? []), ...tell],
  };
}

function illegal(job: Job, event: StepEvent): Step {
  return {
    ok: false,
    refusal: { code: 'illegal_transition', detail: { state: job.state, by: event.by, attempt: job.attempt } },
  };
}

/** Undefined when the event does not hold, such as an expiry before its time. */
function draftOf(job: Job, attempt: Attempt | undefined, event: StepEvent, nowMs: number): Draft | undefined {
  switch (event.by) {
    case JobEvent.DecisionDeny:
      return { to: JobState.Denied };
    case JobEvent.DecisionRequireApproval:
      return { to: JobState.PendingApproval };
    case JobEvent.DecisionHold:
      return event.releaseAtMs === null
        ? { to: JobState.Denied, reasonCode: 'rate_limited' }
        : {
            to: JobState.Throttled,
            reasonCode: 'rate_limited',
            job: { offerDueAtMs: event.releaseAtMs },
            detail: { release_at: new Date(event.releaseAtMs).toISOString() },
          };
    case JobEvent.DecisionRun:
      return { to: JobState.Scheduled, job: { offerDueAtMs: nowMs } };
    case JobEvent.ApprovalGranted:
      return {
        to: JobState.Scheduled,
        reasonCode: event.dueAtMs > nowMs ? 'rate_limited' : 'approved',
        job: { approvalId: event.approval.approvalId, offerDueAtMs: event.dueAtMs },
        effects: [{ kind: 'keep_approval', text: event.approval.text }],
      };
    case JobEvent.ApprovalRejected:
      return {
        // Nobody said no: the policy of now did.
        to: event.because === 'policy_changed' ? JobState.Denied : JobState.Rejected,
        reasonCode: event.because ?? (event.withdrawn ? 'withdrawn' : 'rejected'),
        job: { approvalId: event.approval.approvalId },
        effects: [{ kind: 'keep_approval', text: event.approval.text }],
      };
    case JobEvent.ApprovalExpired:
      return {
        to: JobState.Expired,
        reasonCode: 'approval_expired',
        job: { approvalId: event.approval.approvalId },
        effects: [{ kind: 'keep_approval', text: event.approval.text }],
      };
    case JobEvent.ReleaseDue:
      if (job.offerDueAtMs === null || nowMs < job.offerDueAtMs) return undefined;
      return { to: JobState.Scheduled, job: { offerDueAtMs: nowMs, reason: null, reasonCode: null } };
    case JobEvent.Offer:
      return openAttempt(job, event.pool, nowMs);
    case JobEvent.OfferExpired:
      if (!attempt || nowMs < attempt.offerExpiresAtMs) return undefined;
      return {
        to: JobState.Scheduled,
        job: { offerDueAtMs: nowMs },
        ...voidOffer(attempt, Outcome.Unclaimed, nowMs),
      };
    case JobEvent.Claim:
      return attempt && claimOffer(job, attempt, event, nowMs);
    case JobEvent.Unwarranted:
      return {
        to: JobState.Failed,
        reasonCode: event.code,
        ...voidOffer(attempt, Outcome.Unclaimed, nowMs),
      };
    case JobEvent.Result:
      if (attempt?.state !== AttemptState.Running) return undefined;
      return {
        to: JobState.Scanning,
        attempt: {
          ...attempt,
          state: AttemptState.Reported,
          resultDigest: event.digest,
          resultStatus: event.status,
          reportedAtMs: nowMs,
        },
      };
    case JobEvent.LeaseExpired:
      return attempt && loseLease(job, attempt, nowMs);
    case JobEvent.VerdictPassed:
    case JobEvent.VerdictReleased:
      return attempt && conclude(job, attempt, event.verdict, nowMs, event.by === JobEvent.VerdictPassed);
    case JobEvent.VerdictQuarantined:
      return {
        to: JobState.Quarantined,
        reasonCode: event.because ?? 'quarantined',
        job: { outputKind: 'quarantined' },
        // Who reviews the output must know whose it is and which bytes it is about: those of this pool and topic, for
        // the same may have come from elsewhere.
        detail: {
          caller: job.caller,
          agent_id: job.agentId,
          scanned: attempt?.resultDigest ?? null,
          pool: attempt?.pool ?? null,
          topic: job.topic,
        },
      };
    case JobEvent.VerdictWithheld:
      return {
        to: JobState.Withheld,
        reasonCode: 'output_withheld',
        job: { outputKind: 'withheld' },
        attempt: attempt && endAttempt(attempt, attempt.resultStatus ?? Outcome.Unknown, nowMs),
      };
    case JobEvent.DeadlinePassed:
      if (job.deadlineMs === null || nowMs < job.deadlineMs) return undefined;
      return {
        to: JobState.Expired,
        reasonCode: deadlineReason(job),
        ...voidOffer(attempt, Outcome.Unclaimed, nowMs),
      };
    case JobEvent.Cancel:
      return cancel(job, attempt, event.caller, nowMs);
    case JobEvent.DeadLettered:
      return {
        to: JobState.Failed,
        reasonCode: 'dead_lettered',
        ...(attempt?.state === AttemptState.Offered
          ? voidOffer(attempt, Outcome.Unclaimed, nowMs)
          : {
              attempt:
                attempt && attempt.state !== AttemptState.Ended
                  ? endAttempt(attempt, Outcome.Unknown, nowMs)
                  : undefined,
            }),
      };
    default:
      return assertNever(event);
  }
}

function cancel(job: Job, attempt: Attempt | undefined, caller: string, nowMs: number): Draft {
  if (job.state !== JobState.Running)
    return {
      to: JobState.Cancelled,
      reasonCode: 'cancelled',
      job: { cancelRequested: true },
      detail: { cancelled_by: caller },
      ...voidOffer(attempt, Outcome.Cancelled, nowMs),
    };
  const effects: Effect[] =
    attempt?.leaseId == null
      ? []
      : [{ kind: 'stop', leaseId: attempt.leaseId, attempt: attempt.attempt, pool: attempt.pool }];
  return { to: JobState.Running, job: { cancelRequested: true }, effects };
}

/** Ends an attempt that is still on offer; any other is left as it is. */
function voidOffer(
  attempt: Attempt | undefined,
  outcome: Outcome,
  nowMs: number,
): Pick<Draft, 'attempt' | 'effects'> {
  if (attempt?.state !== AttemptState.Offered) return {};
  return {
    attempt: endAttempt(attempt, outcome, nowMs),
    effects: [{ kind: 'offer_closed', attempt: attempt.attempt }],
  };
}

function deadlineReason(job: Job): ReasonCode {
  if (job.reasonCode === 'no_pool') return 'no_pool';
  return job.attempt > 0 && job.runs === 0 ? 'no_worker' : 'deadline_passed';
}
