import {
  ApprovalOutcome,
  AttemptState,
  JobEvent,
  JobState,
  topicOf,
  VerdictKind,
  type ApprovalResolved,
  type Verdict,
} from '@countersign/contracts';
import { assertNever, canonicalJson, sha256Digest } from '@countersign/kernel';
import type { Attempt, Job } from './job.js';
import type { JobFact } from './job-fact.js';
import { isSound } from './released-output.js';
import type { Refusal, StepEvent } from './step-event.js';

/** What becomes of a fact: steps, nothing because it is known already, a wait for an earlier fact, or a refusal. */
export type Settlement =
  | { readonly is: 'step'; readonly events: readonly StepEvent[] }
  | { readonly is: 'known' }
  | { readonly is: 'early' }
  | { readonly is: 'refused'; readonly refusal: Refusal };

const KNOWN: Settlement = { is: 'known' };
const EARLY: Settlement = { is: 'early' };
const take = (...events: readonly StepEvent[]): Settlement => ({ is: 'step', events });
const refuse = (code: Refusal['code'], detail: Refusal['detail']): Settlement => ({
  is: 'refused',
  refusal: { code, detail },
});

/** Reads a fact against the job's present state. `approvedDueAtMs` says when an approved job may be offered. */
export function settleFact(
  job: Job,
  attempt: Attempt | undefined,
  fact: JobFact,
  approvedDueAtMs: () => number,
): Settlement {
  switch (fact.kind) {
    case 'approval':
      return settleApproval(job, fact.approval, approvedDueAtMs);
    case 'result':
      return settleResult(job, attempt, fact);
    case 'verdict':
      return settleVerdict(job, attempt, fact);
    case 'cancel':
      if (fact.tenantId !== job.tenantId) return refuse('tenant_mismatch', { what: 'cancel' });
      if (job.state === JobState.Cancelled || (job.state === JobState.Running && job.cancelRequested))
        return KNOWN;
      return take({ by: JobEvent.Cancel, caller: fact.caller });
    default:
      return assertNever(fact);
  }
}

function settleApproval(job: Job, approval: ApprovalResolved, dueAtMs: () => number): Settlement {
  if (approval.job_hash !== job.jobHash || approval.decision_id !== job.decisionId)
    return refuse('digest_mismatch', { approval_id: approval.approval_id });
  if (job.approvalId === approval.approval_id) return KNOWN;
  if (job.state !== JobState.PendingApproval)
    return refuse('illegal_transition', { state: job.state, outcome: approval.outcome });
  const note = { approvalId: approval.approval_id, text: JSON.stringify(approval) };
  switch (approval.outcome) {
    case ApprovalOutcome.Granted:
      return take({ by: JobEvent.ApprovalGranted, approval: note, dueAtMs: dueAtMs() });
    case ApprovalOutcome.Rejected:
    case ApprovalOutcome.Withdrawn:
      return take({
        by: JobEvent.ApprovalRejected,
        approval: note,
        withdrawn: approval.outcome === ApprovalOutcome.Withdrawn,
        ...(approval.reason_code === undefined ? {} : { because: approval.reason_code }),
      });
    case ApprovalOutcome.Expired:
      return take({ by: JobEvent.ApprovalExpired, approval: note });
    default:
      return assertNever(approval.outcome);
  }
}

function settleResult(
  job: Job,
  attempt: Attempt | undefined,
  { result, digest, pool, tail }: JobFact & { kind: 'result' },
): Settlement {
  const lease = { attempt: result.attempt, lease_id: result.lease.id, epoch: result.lease.epoch };
  if (!attempt || attempt.pool !== pool || !holdsLease(attempt, lease)) return stale(job, result);
  if (attempt.resultDigest === digest) return KNOWN;
  if (attempt.state !== AttemptState.Running) return stale(job, result);
  // What its verdict will be refused for must not close the lease: no other result could come, and the job never end.
  const { run_id, constraints_digest } = result;
  const foreign = foreignReport(job, attempt, { tail, run_id, constraints_digest });
  if (foreign) return refuse(foreign, { ...lease, run_id, tail });
  return take({ by: JobEvent.Result, digest, status: result.status });
}

function settleVerdict(
  job: Job,
  attempt: Attempt | undefined,
  { verdict, tail }: JobFact & { kind: 'verdict' },
): Settlement {
  const lease = { attempt: verdict.attempt, lease_id: verdict.lease_id, epoch: verdict.epoch };
  const staleVerdict = refuse('stale_lease', { ...lease, kind: verdict.kind, state: job.state });
  if (!attempt || !holdsLease(attempt, lease) || attempt.pool !== verdict.pool) return staleVerdict;
  const { run_id, constraints_digest } = verdict;
  const foreign = foreignReport(job, attempt, { tail, run_id, constraints_digest });
  if (foreign) return refuse(foreign, { ...lease, kind: verdict.kind, run_id, tail });
  // A verdict carries all of its result that counts here, so it need not wait until the result itself was read.
  const reports = attempt.state === AttemptState.Running;
  if (!reports && attempt.resultDigest !== verdict.scanned) return staleVerdict;
  if (job.outputKind === verdict.kind) return KNOWN;
  const result: StepEvent[] = reports
    ? [{ by: JobEvent.Result, digest: verdict.scanned, status: verdict.status }]
    : [];
  const concludesScan = reports || job.state === JobState.Scanning;
  const concludesReview = job.state === JobState.Quarantined;
  switch (verdict.kind) {
    case VerdictKind.Clean:
    case VerdictKind.Redacted:
      if (!concludesScan) return refuse('illegal_transition', { state: job.state, kind: verdict.kind });
      return isSound(verdict) ? take(...result, { by: JobEvent.VerdictPassed, verdict }) : unsound(verdict);
    case VerdictKind.Quarantined:
      return take(...result, {
        by: JobEvent.VerdictQuarantined,
        ...(verdict.reason_code != null && { because: verdict.reason_code }),
      });
    case VerdictKind.Released:
      if (concludesScan) return EARLY;
      if (concludesReview && !isSound(verdict)) return unsound(verdict);
      return take({ by: JobEvent.VerdictReleased, verdict });
    case VerdictKind.Withheld:
      return concludesScan ? EARLY : take({ by: JobEvent.VerdictWithheld });
    default:
      return assertNever(verdict.kind);
  }
}

/** Why a report under the right lease is not about its run: another run, other constraints, or another topic. */
function foreignReport(
  job: Job,
  attempt: Attempt,
  report: { readonly tail: string; readonly run_id: string; readonly constraints_digest: string },
): 'digest_mismatch' | 'topic_mismatch' | undefined {
  if (attempt.runId !== report.run_id || constraintsDigest(job) !== report.constraints_digest)
    return 'digest_mismatch';
  return topicOf(report.tail) === job.topic ? undefined : 'topic_mismatch';
}

/** What a worker that kept to the job's constraints says of them. */
function constraintsDigest(job: Job): string {
  return sha256Digest(canonicalJson(job.constraints));
}

function holdsLease(
  attempt: Attempt,
  lease: { readonly attempt: number; readonly lease_id: string; readonly epoch: number },
): boolean {
  return (
    attempt.leaseId !== null &&
    attempt.attempt === lease.attempt &&
    attempt.leaseId === lease.lease_id &&
    attempt.epoch === lease.epoch
  );
}

function unsound(verdict: Verdict): Settlement {
  return refuse('digest_mismatch', { attempt: verdict.attempt, kind: verdict.kind });
}

function stale(job: Job, result: (JobFact & { kind: 'result' })['result']): Settlement {
  return refuse('stale_lease', {
    attempt: result.attempt,
    lease_id: result.lease.id,
    epoch: result.lease.epoch,
    status: result.status,
    state: job.state,
  });
}
