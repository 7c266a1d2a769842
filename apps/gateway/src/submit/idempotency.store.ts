import type { Sql } from '@countersign/persistence';

/** A caller's key, and the request that it stands for. */
export interface KeyRow {
  readonly tenant_id: string;
  readonly caller: string;
  readonly key: string;
  readonly request_sha256: string;
  readonly job_id: string;
}

const COLUMNS = {
  tenant_id: 'text',
  caller: 'text',
  key: 'text',
  request_sha256: 'text',
  job_id: 'text',
} as const;

/**
 * Takes a key for a request, or gives the row that had it before. Of two at once the unique constraint lets one
 * through; the other waits for its commit and then sees its row.
 */
export async function takeKey(sql: Sql, row: KeyRow): Promise<KeyRow | undefined> {
  const taken = await sql.insertMany(
    'idempotency_keys',
    COLUMNS,
    [row],
    'ON CONFLICT DO NOTHING RETURNING job_id',
  );
  if (taken.length > 0) return undefined;
  const [earlier] = await sql.query<KeyRow>(
    `SELECT ${Object.keys(COLUMNS).join(', ')} FROM idempotency_keys WHERE tenant_id = $1 AND caller = $2 AND key = $3`,
    [row.tenant_id, row.caller, row.key],
  );
  if (!earlier) throw new Error('an idempotency key is taken by a row that cannot be seen');
  return earlier;
}
