import type { ReasonCode } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { IntakeRow } from './intake.store.js';

/** Most rows of one statement, and most questions to the scheduler at once, which answers them in batches. */
const HAND_OVER_BATCH = 200;
/** How long a job is shown that never became the scheduler's, in days. The audit log keeps what happened to it. */
const ENDED_DAYS = 30;

/** What says which row is meant, and of which job. */
export type RowKey = Pick<IntakeRow, 'tenant_id' | 'job_id' | 'job_hash'>;

const THESE = `(tenant_id, job_id) IN
  (SELECT r.tenant_id, r.job_id FROM json_to_recordset($1::json) AS r(tenant_id text, job_id text))`;

/** Open rows that are due to be looked at, those due first. */
export async function dueRows(sql: Sql): Promise<RowKey[]> {
  return sql.query<RowKey>(
    `SELECT tenant_id, job_id, job_hash FROM intake WHERE due_at <= now() AND ended_code IS NULL
      ORDER BY due_at LIMIT ${HAND_OVER_BATCH}`,
  );
}

/** Deletes rows whose jobs are the scheduler's. */
export async function deleteRows(sql: Sql, rows: readonly RowKey[]): Promise<void> {
  await sql.query(`DELETE FROM intake WHERE ${THESE}`, [JSON.stringify(rows)]);
}

/** Looks at rows again when they are twice as old, in an hour at most. */
export async function postponeRows(sql: Sql, rows: readonly RowKey[]): Promise<void> {
  await sql.query(
    `UPDATE intake SET due_at = now() + least(now() - created_at, interval '1 hour') WHERE ${THESE}`,
    [JSON.stringify(rows)],
  );
}

/** Deletes rows of jobs that ended long ago, at most a batch. */
export async function deleteEndedRows(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM intake WHERE (tenant_id, job_id) IN (
       SELECT tenant_id, job_id FROM intake WHERE due_at <= now() AND ended_code IS NOT NULL
        ORDER BY due_at LIMIT ${HAND_OVER_BATCH})`,
  );
}

/** Open rows of a trace's job. */
export async function openRows(sql: Sql, traceId: string, jobId: string): Promise<RowKey[]> {
  return sql.query<RowKey>(
    `SELECT tenant_id, job_id, job_hash FROM intake WHERE trace_id = $1 AND job_id = $2 AND ended_code IS NULL`,
    [traceId, jobId],
  );
}

/** Ends a row whose job will never be the scheduler's, in so many minutes. */
export async function endRow(sql: Sql, row: RowKey, code: ReasonCode, inMinutes: number): Promise<void> {
  await sql.query(
    `UPDATE intake SET ended_code = $4, ended_at = now() + make_interval(mins => $5),
            due_at = now() + make_interval(mins => $5, days => ${ENDED_DAYS})
      WHERE tenant_id = $1 AND job_id = $2 AND job_hash = $3 AND ended_code IS NULL`,
    [row.tenant_id, row.job_id, row.job_hash, code, inMinutes],
  );
}
