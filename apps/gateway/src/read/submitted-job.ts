import { JobState, type CanonicalJob } from '@countersign/contracts';
import type { StoredIntake } from '../intake/intake.store.js';
import type { JobDto } from './job.dto.js';

/** A job that was taken in and is not decided yet, in the form of all jobs. */
export function submittedJob(row: StoredIntake): JobDto & { readonly job_hash: string } {
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
