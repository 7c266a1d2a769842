import type { Sql } from '@countersign/persistence';

/** How long a key stands for its request, in hours: as long as clients of other APIs are used to retry with one. */
const KEY_HOURS = 24;
/** Keys are deleted this much later, in hours, so that none goes while a request is looking at it. */
const GRACE_HOURS = 1;
/** Most keys of one statement: some tens of milliseconds' work. */
const FORGET_BATCH = 5_000;

/** A caller's key, the request that it stands for, and what was answered. */
export interface KeyRow {
  readonly tenant_id: string;
  readonly caller: string;
  readonly key: string;
  readonly request_sha256: string;
  readonly job_id: string;
  readonly job_hash: string;
  readonly trace_id: string;
}

const COLUMNS = {
  tenant_id: 'text',
  caller: 'text',
  key: 'text',
  request_sha256: 'text',
  job_id: 'text',
  job_hash: 'text',
  trace_id: 'text',
} as const;

// A key past its time is free again, whether it was deleted already or not.
const TAKE = `ON CONFLICT (tenant_id, caller, key) DO UPDATE
  SET request_sha256 = excluded.request_sha256, job_id = excluded.job_id, job_hash = excluded.job_hash,
      trace_id = excluded.trace_id, created_at = now()
  WHERE idempotency_keys.created_at <= now() - interval '${KEY_HOURS} hours' RETURNING job_id`;

/**
 * Takes a key for a request, or gives the row that had it before. Of two at once the unique constraint lets one
 * through; the other waits for its commit and then sees its row.
 */
export async function takeKey(sql: Sql, row: KeyRow): Promise<KeyRow | undefined> {
  const taken = await sql.insertMany('idempotency_keys', COLUMNS, [row], TAKE);
  if (taken.length > 0) return undefined;
  const [earlier] = await sql.query<KeyRow>(
    `SELECT ${Object.keys(COLUMNS).join(', ')} FROM idempotency_keys WHERE tenant_id = $1 AND caller = $2 AND key = $3`,
    [row.tenant_id, row.caller, row.key],
  );
  if (!earlier) throw new Error('an idempotency key is taken by a row that cannot be seen');
  return earlier;
}

/** Corrects the trace of the answer under a key, when a concurrent request took the same job in first. */
export async function keepTrace(
  sql: Sql,
  { tenant_id, caller, key }: Pick<KeyRow, 'tenant_id' | 'caller' | 'key'>,
  traceId: string,
): Promise<void> {
  await sql.query(
    'UPDATE idempotency_keys SET trace_id = $4 WHERE tenant_id = $1 AND caller = $2 AND key = $3',
    [tenant_id, caller, key, traceId],
  );
}

/** Deletes keys past their time, at most a batch. */
export async function forgetKeys(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM idempotency_keys WHERE (tenant_id, caller, key) IN (
       SELECT tenant_id, caller, key FROM idempotency_keys
        WHERE created_at < now() - interval '${KEY_HOURS + GRACE_HOURS} hours' ORDER BY created_at LIMIT ${FORGET_BATCH})`,
  );
}
