import type { Sql } from '@countersign/persistence';

/** A time of the database as RFC 3339 text in UTC, to the millisecond. */
const time = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The members of a job as the API shows it, without its attempts. */
export const SELECT_JOB_JSON = `
  j.job_id, j.tenant_id, j.trace_id, j.job_hash, j.state, j.reason, j.reason_code, j.rule_ids, j.constraints,
  j.topic, j.agent_id, j.producer, j.pool, j.cancel_requested, j.output_kind, j.approval_id,
  ${time('j.deadline')} AS deadline, ${time('j.offer_due_at')} AS offer_due_at, j.error, j.output_blob,
  ${time('j.created_at')} AS created_at, ${time('j.updated_at')} AS updated_at`;

/** A row of {@link SELECT_JOB_JSON}. */
export interface JobRow {
  readonly job_id: string;
  readonly tenant_id: string;
  readonly state: string;
  readonly error: string | null;
  readonly output_blob: string | null;
  readonly [member: string]: unknown;
}

/** Adds their attempts to jobs, oldest first, and parses what is stored as text. Leases are nobody else's business. */
export async function withAttempts(sql: Sql, jobs: readonly JobRow[]): Promise<object[]> {
  if (jobs.length === 0) return [];
  const attempts = await sql.query<{ job_id: string }>(
    `SELECT a.job_id, a.attempt, a.state, a.outcome, a.pool, a.worker_id, a.run_id, a.result_status,
            ${time('a.claimed_at')} AS claimed_at, ${time('a.reported_at')} AS reported_at, ${time('a.ended_at')} AS ended_at
       FROM attempts a WHERE a.job_id IN (SELECT value FROM json_array_elements_text($1::json))
      ORDER BY a.job_id, a.attempt`,
    [JSON.stringify(jobs.map((job) => job.job_id))],
  );
  const byJob = new Map<string, object[]>();
  for (const { job_id: jobId, ...attempt } of attempts)
    byJob.set(jobId, [...(byJob.get(jobId) ?? []), attempt]);
  return jobs.map((job) => ({
    ...job,
    error: parsed(job.error),
    output_blob: parsed(job.output_blob),
    attempts: byJob.get(job.job_id) ?? [],
  }));
}

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
