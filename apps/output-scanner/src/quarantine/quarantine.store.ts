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
  tenant_id: 'text',
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
  /** Whose it is, as the decision says; null where nobody was asked or knows it. */
  readonly tenant_id?: string | null;
}

/** A result that the scheduler has put into quarantine. */
export interface ConfirmedResult {
  readonly job_id: string;
  readonly attempt: number;
  /** Digest of the result body; null when the scheduler does not say, which then means any of the attempt. */
  readonly scanned: string | null;
  /** Pool and subject tail of the result; null when the scheduler does not say, which then means any. */
  readonly pool: string | null;
  readonly tail: string | null;
}

/** Keeps sealed bodies. */
export async function keepSealed(sql: Sql, entries: readonly QuarantineEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    ...entry,
    tenant_id: entry.tenant_id ?? null,
    sealed: `\\x${entry.sealed.toString('hex')}`,
  }));
  await sql.insertMany('quarantine', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
}

/** Notes that jobs wait for the review of these results. What was never confirmed is of a lost or made-up lease. */
export async function confirmSealed(sql: Sql, results: readonly ConfirmedResult[]): Promise<void> {
  if (results.length === 0) return;
  await sql.query(
    `UPDATE quarantine SET confirmed_at = now()
      WHERE verdict_id IN (SELECT q.verdict_id FROM quarantine q
                          JOIN json_to_recordset($1::json) AS r(job_id text, attempt int, scanned text, pool text, tail text)
                            ON q.job_id = r.job_id AND q.attempt = r.attempt
                           AND (r.scanned IS NULL OR q.scanned = r.scanned)
                           AND (r.pool IS NULL OR q.pool = r.pool)
                           AND (r.tail IS NULL OR q.tail = r.tail)
                         WHERE q.confirmed_at IS NULL
                         ORDER BY q.verdict_id FOR UPDATE OF q)`,
    [JSON.stringify(results)],
  );
}

/** Which sealed results a review is about. */
export interface ReviewedResult {
  readonly job_id: string;
  readonly attempt: number;
  /** Digest of the result body. */
  readonly scanned: string;
}

/**
 * Locks the entries of these results that no review has ended yet. The same bytes may have come from another pool or
 * under another topic, too: each has a verdict of its own, and all of them come.
 */
export async function lockSealed(sql: Sql, results: readonly ReviewedResult[]): Promise<QuarantineEntry[]> {
  if (results.length === 0) return [];
  return sql.query<QuarantineEntry>(
    `SELECT q.job_id, q.attempt, q.lease_id, q.epoch, q.scanned, q.pool, q.sealed, q.verdict, q.verdict_id, q.tail,
            q.traceparent, q.tenant_id
       FROM quarantine q
      WHERE q.concluded_at IS NULL
        AND EXISTS (SELECT 1 FROM json_to_recordset($1::json) AS r(job_id text, attempt int, scanned text)
                     WHERE q.job_id = r.job_id AND q.attempt = r.attempt AND q.scanned = r.scanned)
      ORDER BY q.verdict_id
        FOR UPDATE`,
    [JSON.stringify(results)],
  );
}

/** Lets go of sealed bodies, by the event id of their verdict. */
export async function removeSealed(sql: Sql, verdictIds: readonly string[]): Promise<void> {
  if (verdictIds.length === 0) return;
  await sql.query('DELETE FROM quarantine WHERE verdict_id = ANY($1)', [[...verdictIds]]);
}

/** Closes entries whose grant could not be carried out. Their bytes stay for who looks into it, until their retention. */
export async function closeSealed(sql: Sql, verdictIds: readonly string[]): Promise<void> {
  if (verdictIds.length === 0) return;
  await sql.query('UPDATE quarantine SET concluded_at = now() WHERE verdict_id = ANY($1)', [[...verdictIds]]);
}
