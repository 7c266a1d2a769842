import { MAX_TRIES, type ResultStatus } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { SealedFor } from '../quarantine/seal.js';

const COLUMNS = {
  scan_id: 'text',
  job_id: 'text',
  attempt: 'int',
  lease_id: 'text',
  epoch: 'bigint',
  scanned: 'text',
  pool: 'text',
  tail: 'text',
  cause_id: 'text',
  traceparent: 'text',
  sealed: 'bytea',
  run_id: 'text',
  constraints_digest: 'text',
  status: 'text',
} as const;

/** A result whose output is a blob that is to be scanned. Its body is sealed: what it says was looked at by nobody yet. */
export interface BlobScan extends SealedFor {
  /** The event id of its verdict. */
  readonly scan_id: string;
  readonly pool: string;
  readonly tail: string;
  readonly cause_id: string;
  readonly traceparent: string;
  readonly sealed: Buffer;
  /** What the result says of its run; null in rows that were queued before it was noted. */
  readonly run_id: string | null;
  readonly constraints_digest: string | null;
  readonly status: ResultStatus | null;
}

/** A scan that was taken from the queue. */
export interface TakenScan extends BlobScan {
  /** How often it was taken, this time included. */
  readonly tries: number;
}

/**
 * Results of one pool that wait for the scan of their blobs, and bytes of them, at most: as many as unanswered verdicts.
 * Of more the oldest are put before a person unscanned.
 */
export const WAITING_PER_POOL = { count: 1000, bytes: 64 * 1024 * 1024 };
/** How long a scan may take before another process may take it over, in seconds. */
const TAKEN_SEC = 120;

/** Puts results into the queue. One that is there already stays as it is. */
export async function queueScans(sql: Sql, scans: readonly BlobScan[]): Promise<void> {
  const rows = scans.map((scan) => ({ ...scan, sealed: `\\x${scan.sealed.toString('hex')}` }));
  await sql.insertMany('blob_scans', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
}

/**
 * Gives up to scan the oldest of what a pool has waiting beyond its share: they have had their tries, and get their
 * verdict at the next look. Gives how many of which pool.
 */
export async function giveUpBeyondShare(
  sql: Sql,
  { count, bytes } = WAITING_PER_POOL,
): Promise<{ pool: string; count: number }[]> {
  return sql.query(
    `WITH places AS (SELECT scan_id, row_number() OVER newer AS place, sum(octet_length(sealed)) OVER newer AS bytes
                       FROM blob_scans WHERE tries <= ${MAX_TRIES}
                     WINDOW newer AS (PARTITION BY pool ORDER BY queued_at DESC, scan_id)),
          given_up AS (UPDATE blob_scans b SET tries = ${MAX_TRIES + 1}, due_at = to_timestamp(0)
                         FROM places p WHERE b.scan_id = p.scan_id AND (p.place > $1 OR p.bytes > $2)
                       RETURNING b.pool)
     SELECT pool, count(*) AS count FROM given_up GROUP BY pool`,
    [count, bytes],
  );
}

/** Whether a scan was taken too often: whoever had it before ended in the middle of it, or it was given up. */
export const isGivenUp = ({ tries }: TakenScan): boolean => tries > MAX_TRIES;

/** Takes the scan that is due first; undefined when there is none. Pools take turns: who has had the fewest tries comes first. */
export async function takeScan(sql: Sql): Promise<TakenScan | undefined> {
  const rows = await sql.query<TakenScan>(
    `UPDATE blob_scans SET tries = tries + 1, due_at = now() + make_interval(secs => ${TAKEN_SEC})
      WHERE scan_id = (SELECT scan_id FROM blob_scans WHERE due_at <= now()
                        ORDER BY due_at, scan_id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING scan_id, job_id, attempt, lease_id, epoch, scanned, pool, tail, cause_id, traceparent, sealed, run_id,
                constraints_digest, status, tries`,
  );
  return rows[0];
}

/** Puts a scan back, to be tried again in so many seconds. With `isFree` the try does not count. */
export async function postponeScan(
  sql: Sql,
  scanId: string,
  seconds: number,
  isFree: boolean,
): Promise<void> {
  await sql.query(
    `UPDATE blob_scans SET due_at = now() + make_interval(secs => $2), tries = tries - $3 WHERE scan_id = $1`,
    [scanId, seconds, isFree ? 1 : 0],
  );
}

/** Removes a scan that has its verdict. */
export async function removeScan(sql: Sql, scanId: string): Promise<void> {
  await sql.query('DELETE FROM blob_scans WHERE scan_id = $1', [scanId]);
}
