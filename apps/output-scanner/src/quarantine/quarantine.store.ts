import type { Sql } from '@countersign/persistence';
import type { SealedFor } from './seal.js';

const COLUMNS = {
  job_id: 'text',
  attempt: 'int',
  lease_id: 'text',
  epoch: 'bigint',
  scanned: 'text',
  pool: 'text',
  sealed: 'bytea',
  verdict: 'text',
  verdict_id: 'text',
  tail: 'text',
  traceparent: 'text',
} as const;

/** What a review of a sealed result has to know of it. */
export interface QuarantinedOutput extends SealedFor {
  readonly sealed: Buffer;
  /** JSON text of the verdict that put it here. */
  readonly verdict: string;
}

/** A sealed result body, with what telling its end takes. */
export interface QuarantineEntry extends QuarantinedOutput {
  readonly pool: string;
  /** Event id of the verdict. */
  readonly verdict_id: string;
  /** Subject tail of the result. */
  readonly tail: string;
  readonly traceparent: string;
}

/** A result that the scheduler has put into quarantine. */
export interface ConfirmedResult {
  readonly job_id: string;
  readonly attempt: number;
  /** Digest of the result body; null when the scheduler does not say, which then means any of the attempt. */
  readonly scanned: string | null;
}

/** Keeps sealed bodies. */
export async function keepSealed(sql: Sql, entries: readonly QuarantineEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, sealed: `\\x${entry.sealed.toString('hex')}` }));
  await sql.insertMany('quarantine', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
}

/** Notes that jobs wait for the review of these results. What was never confirmed is of a lost or made-up lease. */
export async function confirmSealed(sql: Sql, results: readonly ConfirmedResult[]): Promise<void> {
  if (results.length === 0) return;
  await sql.query(
    `UPDATE quarantine SET confirmed_at = now()
      WHERE scanned IN (SELECT q.scanned FROM quarantine q
                          JOIN json_to_recordset($1::json) AS r(job_id text, attempt int, scanned text)
                            ON q.job_id = r.job_id AND q.attempt = r.attempt
                           AND (r.scanned IS NULL OR q.scanned = r.scanned)
                         WHERE q.confirmed_at IS NULL
                         ORDER BY q.scanned FOR UPDATE OF q)`,
    [JSON.stringify(results)],
  );
}

/** Locks the entries of these results that no review has ended yet, by the digest of the result body. */
export async function lockSealed(sql: Sql, digests: readonly string[]): Promise<QuarantinedOutput[]> {
  return sql.query<QuarantinedOutput>(
    `SELECT job_id, attempt, lease_id, epoch, scanned, sealed, verdict FROM quarantine
      WHERE scanned = ANY($1) AND concluded_at IS NULL
      ORDER BY scanned
        FOR UPDATE`,
    [[...digests]],
  );
}

/** Lets go of sealed bodies, by the digest of the result body. */
export async function removeSealed(sql: Sql, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  await sql.query('DELETE FROM quarantine WHERE scanned = ANY($1)', [[...digests]]);
}

/** Closes entries whose grant could not be carried out. Their bytes stay for who looks into it, until their retention. */
export async function closeSealed(sql: Sql, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  await sql.query('UPDATE quarantine SET concluded_at = now() WHERE scanned = ANY($1)', [[...digests]]);
}
