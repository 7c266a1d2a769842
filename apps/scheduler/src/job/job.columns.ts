import type { Attempt, Job } from './job.js';

/** Columns of `jobs` that are written once, with their types. */
export const JOB_FIXED = {
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  job: 'text',
  topic: 'text',
  action: 'text',
  producer: 'text',
  caller: 'text',
  agent_id: 'text',
  decision_id: 'text',
  decision: 'text',
  rule_ids: 'json',
  constraints: 'json',
  max_retries: 'int',
  retry_safe: 'boolean',
  review_after: 'boolean',
  throttle: 'json',
  deadline: 'timestamptz',
  traceparent: 'text',
  trace_id: 'text',
  created_at: 'timestamptz',
} as const;

/** Columns of `jobs` that a step may change. */
export const JOB_MOVING = {
  state: 'text',
  version: 'int',
  attempt: 'int',
  runs: 'int',
  epoch: 'int',
  pool: 'text',
  cause_id: 'text',
  reason: 'text',
  reason_code: 'text',
  cancel_requested: 'boolean',
  offer_due_at: 'timestamptz',
  approval_id: 'text',
  output_kind: 'text',
  released: 'text',
  updated_at: 'timestamptz',
} as const;

/** Columns of `jobs` with large texts, written only by the step that brings them. */
export const JOB_KEPT = { approval: 'text', output: 'text', output_blob: 'text', error: 'text' } as const;

/** Columns of `attempts`. */
export const ATTEMPT = {
  tenant_id: 'text',
  job_id: 'text',
  attempt: 'int',
  state: 'text',
  outcome: 'text',
  pool: 'text',
  offer_expires_at: 'timestamptz',
  lease_id: 'text',
  epoch: 'int',
  worker_id: 'text',
  nonce: 'text',
  run_id: 'text',
  lease_expires_at: 'timestamptz',
  run_deadline: 'timestamptz',
  claimed_at: 'timestamptz',
  result_digest: 'text',
  result_status: 'text',
  reported_at: 'timestamptz',
  ended_at: 'timestamptz',
} as const;

/** A time of the database as whole milliseconds. In floating point, which costs a fifth of `extract`'s decimals. */
export const millisOf = (column: string): string => `floor(date_part('epoch', ${column}) * 1000 + 0.0005)`;

/** Selects a {@link Job}, member by member. */
export const SELECT_JOB = `
  j.tenant_id AS "tenantId", j.job_id AS "jobId", j.job_hash AS "jobHash", j.topic, j.action, j.producer,
  j.caller, j.agent_id AS "agentId", j.decision_id AS "decisionId", j.state, j.version, j.attempt, j.runs, j.epoch, j.pool,
  j.constraints, j.retry_safe AS "retrySafe", j.review_after AS "reviewAfter", j.throttle,
  ${millisOf('j.deadline')} AS "deadlineMs",
  j.traceparent, j.trace_id AS "traceId", j.cause_id AS "causeId", j.reason, j.reason_code AS "reasonCode",
  j.cancel_requested AS "cancelRequested", ${millisOf('j.offer_due_at')} AS "offerDueAtMs",
  j.approval_id AS "approvalId", j.output_kind AS "outputKind", j.released,
  ${millisOf('j.created_at')} AS "createdAtMs", ${millisOf('j.updated_at')} AS "updatedAtMs"`;

/** Selects an {@link Attempt}, member by member. */
export const SELECT_ATTEMPT = `
  a.tenant_id AS "tenantId", a.job_id AS "jobId", a.attempt, a.state, a.outcome, a.pool,
  ${millisOf('a.offer_expires_at')} AS "offerExpiresAtMs", a.lease_id AS "leaseId", a.epoch,
  a.worker_id AS "workerId", a.nonce, a.run_id AS "runId", ${millisOf('a.lease_expires_at')} AS "leaseExpiresAtMs",
  ${millisOf('a.run_deadline')} AS "runDeadlineMs", ${millisOf('a.claimed_at')} AS "claimedAtMs",
  a.result_digest AS "resultDigest", a.result_status AS "resultStatus",
  ${millisOf('a.reported_at')} AS "reportedAtMs", ${millisOf('a.ended_at')} AS "endedAtMs"`;

/** Milliseconds as the text that PostgreSQL and messages take. */
export function timeText(ms: number): string;
export function timeText(ms: number | null): string | null;
export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The changing columns of a job. */
export function movingColumns(job: Job): Record<keyof typeof JOB_MOVING, unknown> {
  return {
    state: job.state,
    version: job.version,
    attempt: job.attempt,
    runs: job.runs,
    epoch: job.epoch,
    pool: job.pool,
    cause_id: job.causeId,
    reason: job.reason,
    reason_code: job.reasonCode,
    cancel_requested: job.cancelRequested,
    offer_due_at: timeText(job.offerDueAtMs),
    approval_id: job.approvalId,
    output_kind: job.outputKind,
    released: job.released,
    updated_at: timeText(job.updatedAtMs),
  };
}

/** The columns of an attempt. */
export function attemptColumns(attempt: Attempt): Record<keyof typeof ATTEMPT, unknown> {
  return {
    tenant_id: attempt.tenantId,
    job_id: attempt.jobId,
    attempt: attempt.attempt,
    state: attempt.state,
    outcome: attempt.outcome,
    pool: attempt.pool,
    offer_expires_at: timeText(attempt.offerExpiresAtMs),
    lease_id: attempt.leaseId,
    epoch: attempt.epoch,
    worker_id: attempt.workerId,
    nonce: attempt.nonce,
    run_id: attempt.runId,
    lease_expires_at: timeText(attempt.leaseExpiresAtMs),
    run_deadline: timeText(attempt.runDeadlineMs),
    claimed_at: timeText(attempt.claimedAtMs),
    result_digest: attempt.resultDigest,
    result_status: attempt.resultStatus,
    reported_at: timeText(attempt.reportedAtMs),
    ended_at: timeText(attempt.endedAtMs),
  };
}
