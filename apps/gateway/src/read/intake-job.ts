import { JobState, ReasonCode, type CanonicalJob } from '@countersign/contracts';
import type { StoredIntake } from '../intake/intake.store.js';
import type { JobDto } from './job.dto.js';

/** A job as only the gateway knows it, in the form of all jobs. */
export type IntakeJob = JobDto & { readonly job_hash: string };

/** A job that was taken in and is not decided yet. */
export function submittedJob(row: StoredIntake): IntakeJob {
  const job = JSON.parse(row.job) as CanonicalJob;
  return {
    job_id: row.job_id,
    tenant_id: row.tenant_id,
    trace_id: row.trace_id,
    job_hash: row.job_hash,
    state: JobState.Submitted,
    reason: null,
    reason_code: null,
    rule_ids: [],
    constraints: {},
    attempts: [],
    topic: job.topic,
    agent_id: job.agent_id,
    created_at: row.created_at,
    updated_at: row.created_at,
  };
}

/** A job that was taken in and will never run: one that came another way had its id before it was decided. */
export function conflictingJob(row: StoredIntake): IntakeJob {
  return {
    ...submittedJob(row),
    state: JobState.Failed,
    reason: ReasonCode.job_id_conflict,
    reason_code: 'job_id_conflict' satisfies ReasonCode,
  };
}
