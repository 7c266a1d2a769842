import type { Sql } from '@countersign/persistence';
import type { SealedFor } from './seal.js';

const COLUMNS = {
  job_id: 'text',
  attempt: 'int',
  lease_id: 'text',
  epoch: 'bigint',
  scanned: 'text',
  sealed: 'bytea',
} as const;

/** A sealed result body. */
export interface QuarantineEntry extends SealedFor {
  readonly sealed: Buffer;
}

/** A locked entry with the message of the verdict that put it there. */
export interface QuarantinedOutput extends QuarantineEntry {
  readonly message: string;
}

/** Keeps sealed bodies. */
export async function keepSealed(sql: Sql, entries: readonly QuarantineEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, sealed: `\\x${entry.sealed.toString('hex')}` }));
  await sql.insertMany('quarantine', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
}

/** Locks the entries of these results, by the digest of the result body. */
export async function lockSealed(sql: Sql, digests: readonly string[]): Promise<QuarantinedOutput[]> {
  return sql.query<QuarantinedOutput>(
    `SELECT q.job_id, q.attempt, q.lease_id, q.epoch, q.scanned, q.sealed, v.message
       FROM quarantine q
       JOIN verdicts v ON v.job_id = q.job_id AND v.attempt = q.attempt AND v.scanned = q.scanned
                      AND v.kind = 'quarantined'
      WHERE q.scanned = ANY($1)
      ORDER BY q.scanned
        FOR UPDATE OF q`,
    [[...digests]],
  );
}

/** Lets go of sealed bodies, by the digest of the result body. */
export async function removeSealed(sql: Sql, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  await sql.query('DELETE FROM quarantine WHERE scanned = ANY($1)', [[...digests]]);
}
