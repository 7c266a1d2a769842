import type { Sql } from '@countersign/persistence';

/**
 * A job as it was taken in, until the scheduler has it: everything that an answer to its sender is made of. The bytes
 * of the job are in the outbox and go with its row.
 */
export interface IntakeRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  readonly topic: string;
  readonly agent_id: string;
  readonly caller: string;
  readonly trace_id: string;
}

/** A stored row with the database's times, RFC 3339. */
export interface StoredIntake extends IntakeRow {
  readonly created_at: string;
  /** Why it never became the scheduler's; null while it still may. */
  readonly ended_code: string | null;
  readonly ended_at: string | null;
}

const COLUMNS = {
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  topic: 'text',
  agent_id: 'text',
  caller: 'text',
  trace_id: 'text',
} as const;
const time = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${column}`;
const SELECTED = `${Object.keys(COLUMNS).join(', ')}, ${time('created_at')},
  CASE WHEN ended_at <= now() THEN ended_code END AS ended_code, ${time('ended_at')}`;

/** Writes a row unless the tenant has a job with this id; true when it was written. Waits for a concurrent writer of the same id. */
export async function insertIntake(sql: Sql, row: IntakeRow): Promise<boolean> {
  const written = await sql.insertMany('intake', COLUMNS, [row], 'ON CONFLICT DO NOTHING RETURNING job_id');
  return written.length > 0;
}

/** The row of a job, or undefined when there is none (any more). */
export async function findIntake(sql: Sql, tenant: string, jobId: string): Promise<StoredIntake | undefined> {
  const rows = await sql.query<StoredIntake>(
    `SELECT ${SELECTED} FROM intake WHERE tenant_id = $1 AND job_id = $2`,
    [tenant, jobId],
  );
  return rows[0];
}

/** Whether a trace of the tenant has begun here. */
export async function isTraceKnown(sql: Sql, tenant: string, traceId: string): Promise<boolean> {
  const rows = await sql.query('SELECT 1 FROM intake WHERE trace_id = $1 AND tenant_id = $2 LIMIT 1', [
    traceId,
    tenant,
  ]);
  return rows.length > 0;
}

/** Which rows of the intake a list is about. */
export const IntakePart = {
  All: 'TRUE',
  Open: '(ended_code IS NULL OR ended_at > now())',
  Ended: 'ended_code IS NOT NULL AND ended_at <= now()',
} as const;
export type IntakePart = (typeof IntakePart)[keyof typeof IntakePart];

/** A tenant's rows, newest id first, after an id. */
export async function listIntake(
  sql: Sql,
  tenant: string,
  part: IntakePart,
  page: { readonly limit: number; readonly after?: string },
): Promise<StoredIntake[]> {
  return sql.query<StoredIntake>(
    `SELECT ${SELECTED} FROM intake WHERE tenant_id = $1 AND ($2::text IS NULL OR job_id < $2) AND ${part}
     ORDER BY job_id DESC LIMIT $3`,
    [tenant, page.after ?? null, page.limit],
  );
}
