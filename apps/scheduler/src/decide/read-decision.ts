import {
  DecisionType,
  JobEvent,
  JobState,
  Subjects,
  topicOf,
  validate,
  type CanonicalJob,
  type Decision,
  type ReasonCode,
} from '@countersign/contracts';
import { parseStrictJson, sha256Digest } from '@countersign/kernel';
import type { Fact } from '@countersign/service-kit';
import { timeText } from '../job/job.columns.js';
import type { Job } from '../job/job.js';
import type { FixedColumns } from '../job/save-book.js';
import type { StepEvent } from '../job/step-event.js';
import type { RateLedger } from '../rate/rate-ledger.js';
import { ThrottleObligation } from '../rate/throttle-obligation.js';
import type { Seals } from '../warrant/seals.js';

/** A decision whose parts agree with each other: subject, digest, job and rates. */
export interface ReadDecision {
  readonly decision: Decision;
  readonly canonical: CanonicalJob;
  readonly action: string;
  readonly throttle: ThrottleObligation | null;
  readonly deadlineMs: number | null;
}

export type DecisionReading =
  | { readonly ok: true; readonly value: ReadDecision }
  | { readonly ok: false; readonly code: ReasonCode; readonly pointer: string };

/** Checks what the schema cannot: nothing is scheduled that nobody decided, or whose job is not the one decided about. */
export function readDecision(
  fact: Pick<Fact<Decision>, 'body' | 'subject'>,
  seals: Pick<Seals, 'ofDecision'>,
): DecisionReading {
  const decision = fact.body;
  const refuse = (code: ReasonCode, pointer: string): DecisionReading => ({ ok: false, code, pointer });
  if (sha256Digest(decision.job) !== decision.job_hash) return refuse('digest_mismatch', '/job_hash');
  if (!seals.ofDecision(decision)) return refuse('forged', '/seal');
  const parsed = parseStrictJson(decision.job);
  if (!parsed.ok) return refuse('malformed_json', '/job');
  const canonical = parsed.value as unknown as CanonicalJob;
  if (canonical.job_id !== decision.job_id) return refuse('invalid_field', '/job_id');
  const subject = Subjects.decision.parse(fact.subject);
  if (subject?.effect !== decision.type.toLowerCase()) return refuse('forged', '/type');
  if (topicOf(subject.tail) !== canonical.topic) return refuse('topic_mismatch', '/job');
  // A denied job may name a foreign tenant: that is why it is denied. It is filed under its producer's own.
  if (decision.type !== DecisionType.Deny && canonical.tenant_id !== decision.verified.tenant_id)
    return refuse('tenant_mismatch', '/verified/tenant_id');
  const deadlineMs = canonical.deadline === undefined ? null : Date.parse(canonical.deadline);
  if (Number.isNaN(deadlineMs)) return refuse('invalid_field', '/job');
  const rates = decision.obligations.throttle;
  if (decision.type === DecisionType.Throttle && rates === undefined)
    return refuse('missing_field', '/obligations/throttle');
  const throttle = rates === undefined ? undefined : validate(ThrottleObligation, rates);
  if (throttle?.ok === false)
    return refuse('invalid_field', `/obligations/throttle${throttle.problem.pointer}`);
  const action = canonical.action ?? canonical.topic.slice(canonical.topic.lastIndexOf('.') + 1);
  return { ok: true, value: { decision, canonical, action, deadlineMs, throttle: throttle?.value ?? null } };
}

/** The job as it is before its first step. */
export function submittedJob(
  read: ReadDecision,
  fact: Pick<Fact<Decision>, 'id' | 'traceparent' | 'traceId'>,
  nowMs: number,
): Job {
  const { decision, canonical } = read;
  return {
    tenantId: decision.verified.tenant_id,
    jobId: decision.job_id,
    jobHash: decision.job_hash,
    topic: canonical.topic,
    action: read.action,
    producer: decision.verified.producer,
    caller: decision.verified.caller,
    agentId: decision.verified.agent_id,
    decisionId: decision.decision_id,
    state: JobState.Submitted,
    version: 0,
    attempt: 0,
    runs: 0,
    epoch: 0,
    pool: null,
    constraints: decision.constraints,
    retrySafe: canonical.retry_safe === true,
    reviewAfter: decision.obligations.review_after === true,
    throttle: read.throttle,
    deadlineMs: read.deadlineMs,
    traceparent: fact.traceparent,
    traceId: fact.traceId,
    causeId: fact.id,
    reason: decision.reason,
    reasonCode: decision.reason_code,
    cancelRequested: false,
    offerDueAtMs: null,
    approvalId: null,
    outputKind: null,
    released: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** The step that a decision asks for. Books the job into its rates where it may run by them. */
export function decisionEvent(read: ReadDecision, job: Job, rates: RateLedger, nowMs: number): StepEvent {
  const { decision, throttle } = read;
  if (decision.type === DecisionType.Deny) return { by: JobEvent.DecisionDeny };
  // Rates count when the job may run, so an approval comes first.
  if (decision.type === DecisionType.RequireApproval) return { by: JobEvent.DecisionRequireApproval };
  if (throttle === null) return { by: JobEvent.DecisionRun };
  const freeAtMs = rates.firstFree(throttle.limits, job, nowMs);
  if (freeAtMs > nowMs && throttle.on_excess === 'reject')
    return { by: JobEvent.DecisionHold, releaseAtMs: null };
  rates.book(throttle.limits, job, freeAtMs);
  return freeAtMs > nowMs
    ? { by: JobEvent.DecisionHold, releaseAtMs: freeAtMs }
    : { by: JobEvent.DecisionRun };
}

/** The columns of a new job that no step changes. The canonical bytes are stored once, in `job`. */
export function fixedColumns(read: ReadDecision, job: Job): FixedColumns {
  const { decision } = read;
  return {
    tenant_id: job.tenantId,
    job_id: job.jobId,
    job_hash: job.jobHash,
    job: decision.job,
    topic: job.topic,
    action: job.action,
    producer: job.producer,
    caller: decision.verified.caller,
    agent_id: job.agentId,
    decision_id: job.decisionId,
    decision: JSON.stringify({ ...decision, job: undefined }),
    rule_ids: decision.rule_ids,
    constraints: decision.constraints,
    max_retries: decision.constraints.max_retries ?? 0,
    retry_safe: job.retrySafe,
    review_after: job.reviewAfter,
    throttle: job.throttle,
    deadline: timeText(job.deadlineMs),
    traceparent: job.traceparent,
    trace_id: job.traceId,
    created_at: timeText(job.createdAtMs),
  };
}
