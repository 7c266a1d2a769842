import type { Sql } from '@countersign/persistence';
import type { Role } from '../caller.js';

/** What a key stands for. */
export interface KeyGrant {
  readonly tenant_id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly agents: readonly string[];
}

/** When a key ends by itself, as RFC 3339 text; null is never. */
export interface KeyEnd {
  readonly expires_at: string | null;
}

/** A key as it is looked up. Whether its time has passed is the database's to say. */
export interface StoredKey extends KeyGrant {
  readonly key_id: string;
  readonly secret_sha256: Buffer;
  readonly is_usable: boolean;
  readonly is_marked: boolean;
}

/** A key as it is listed, with times as RFC 3339 text. */
export interface ListedKey extends KeyGrant, KeyEnd {
  readonly key_id: string;
  readonly created_at: string;
  readonly revoked_at: string | null;
  readonly last_used_on: string | null;
  readonly is_usable: boolean;
}

const GRANT = 'key_id, tenant_id, name, roles, groups, agents';
const IS_USABLE = '(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))';
const TODAY = `(now() AT TIME ZONE 'UTC')::date`;
const time = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ${column}`;

/** The key with an id. */
export async function findKey(sql: Sql, keyId: string): Promise<StoredKey | undefined> {
  const [row] = await sql.query<StoredKey>(
    `SELECT ${GRANT}, secret_sha256, ${IS_USABLE} AS is_usable, coalesce(last_used_on = ${TODAY}, false) AS is_marked
       FROM api_keys WHERE key_id = $1`,
    [keyId],
  );
  return row;
}

/** Remembers that a key was used today. */
export async function markUsed(sql: Sql, keyId: string): Promise<void> {
  await sql.query(
    `UPDATE api_keys SET last_used_on = ${TODAY} WHERE key_id = $1 AND last_used_on IS DISTINCT FROM ${TODAY}`,
    [keyId],
  );
}

/** Whether there is a key at all, or one that still lets somebody in. */
export async function keysExist(sql: Sql, only: 'usable' | 'any'): Promise<boolean> {
  const rows = await sql.query(
    `SELECT 1 FROM api_keys ${only === 'usable' ? `WHERE ${IS_USABLE}` : ''} LIMIT 1`,
  );
  return rows.length > 0;
}

/** Stores a new key; gives when it ends. `expiresAfterSec` counts from the database's now; null is for ever. */
export async function insertKey(
  sql: Sql,
  key: KeyGrant & {
    readonly key_id: string;
    readonly secret: Buffer;
    readonly expiresAfterSec: number | null;
  },
): Promise<KeyEnd> {
  const [row] = await sql.query<KeyEnd>(
    `INSERT INTO api_keys (${GRANT}, secret_sha256, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8)) RETURNING ${time('expires_at')}`,
    [key.key_id, key.tenant_id, key.name, key.roles, key.groups, key.agents, key.secret, key.expiresAfterSec],
  );
  return row!;
}

/** All keys, or those of a tenant, oldest first. */
export function selectKeys(sql: Sql, tenant: string | null): Promise<ListedKey[]> {
  return sql.query<ListedKey>(
    `SELECT ${GRANT}, ${time('created_at')}, ${time('expires_at')}, ${time('revoked_at')},
            last_used_on::text AS last_used_on, ${IS_USABLE} AS is_usable
       FROM api_keys WHERE $1::text IS NULL OR tenant_id = $1 ORDER BY api_keys.created_at, key_id`,
    [tenant],
  );
}

/** Ends a key for good. Undefined when there is none with this id, or it was ended before. */
export async function endKey(sql: Sql, keyId: string): Promise<(KeyGrant & KeyEnd) | undefined> {
  const [ended] = await sql.query<KeyGrant & KeyEnd>(
    `UPDATE api_keys SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL
     RETURNING ${GRANT}, ${time('expires_at')}`,
    [keyId],
  );
  return ended;
}
