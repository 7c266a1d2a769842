import type { Sql } from '@countersign/persistence';

/** A job as it was taken in: everything that an answer to its sender is made of. Never changed once written. */
export interface IntakeRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  /** The canonical bytes of the job. */
  readonly job: string;
  readonly producer: string;
  readonly caller: string;
  readonly traceparent: string;
  readonly trace_id: string;
}

/** A stored row with the database's time of it, RFC 3339. */
export interface StoredIntake extends IntakeRow {
  readonly created_at: string;
}

const COLUMNS = {
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  job: 'text',
  producer: 'text',
  caller: 'text',
  traceparent: 'text',
  trace_id: 'text',
} as const;
const SELECTED = `${Object.keys(COLUMNS).join(', ')},
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at`;

/** Writes a row unless the tenant has a job with this id; true when it was written. Waits for a concurrent writer of the same id. */
export async function insertIntake(sql: Sql, row: IntakeRow): Promise<boolean> {
  const written = await sql.insertMany('intake', COLUMNS, [row], 'ON CONFLICT DO NOTHING RETURNING job_id');
  return written.length > 0;
}

/** The row of a job, or undefined when the gateway did not take it in. */
export async function findIntake(sql: Sql, tenant: string, jobId: string): Promise<StoredIntake | undefined> {
  const rows = await sql.query<StoredIntake>(
    `SELECT ${SELECTED} FROM intake WHERE tenant_id = $1 AND job_id = $2`,
    [tenant, jobId],
  );
  return rows[0];
}

/** A tenant's rows, newest id first, after an id. */
export async function listIntake(
  sql: Sql,
  tenant: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<StoredIntake[]> {
  return sql.query<StoredIntake>(
    `SELECT ${SELECTED} FROM intake WHERE tenant_id = $1 AND ($2::text IS NULL OR job_id < $2)
     ORDER BY job_id DESC LIMIT $3`,
    [tenant, page.after ?? null, page.limit],
  );
}
