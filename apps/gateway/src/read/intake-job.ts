import { JobState, ReasonCode } from '@countersign/contracts';
import type { StoredIntake } from '../intake/intake.store.js';
import type { JobDto } from './job.dto.js';

/** A job as only the gateway knows it, in the form of all jobs. */
export type IntakeJob = JobDto & { readonly job_hash: string };

/** A job that was taken in and that the scheduler does not have: it is not decided yet, or has ended before it could be. */
export function intakeJob(row: StoredIntake): IntakeJob {
  if (row.ended_code !== null) return failedJob(row, row.ended_code, row.ended_at ?? row.created_at);
  return jobOf(row, { state: JobState.Submitted, reason: null, reason_code: null }, row.created_at);
}

/** A job that was taken in and will never run: one that came another way had its id before it was decided. */
export function conflictingJob(row: StoredIntake): IntakeJob {
  return failedJob(row, 'job_id_conflict' satisfies ReasonCode, row.ended_at ?? row.created_at);
}

function failedJob(row: StoredIntake, code: string, endedAt: string): IntakeJob {
  const reason = Object.hasOwn(ReasonCode, code) ? ReasonCode[code as ReasonCode] : null;
  return jobOf(row, { state: JobState.Failed, reason, reason_code: code }, endedAt);
}

function jobOf(
  row: StoredIntake,
  where: Pick<JobDto, 'state' | 'reason' | 'reason_code'>,
  updatedAt: string,
): IntakeJob {
  return {
    job_id: row.job_id,
    tenant_id: row.tenant_id,
    trace_id: row.trace_id,
    job_hash: row.job_hash,
    ...where,
    rule_ids: [],
    constraints: {},
    attempts: [],
    output_blob: null,
    topic: row.topic,
    agent_id: row.agent_id,
    created_at: row.created_at,
    updated_at: updatedAt,
  };
}
