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
}

/** A scan that was taken from the queue. */
export interface TakenScan extends BlobScan {
  /** How often it was taken, this time included. */
  readonly tries: number;
}

/** Most results of one pool that wait for the scan of their blobs. Of more the oldest are given up. */
export const WAITING_PER_POOL = 64;
/** How long a scan may take before another process may take it over, in seconds. */
const TAKEN_SEC = 120;

/** Puts results into the queue. One that is there already stays as it is. */
export async function queueScans(sql: Sql, scans: readonly BlobScan[]): Promise<void> {
  const rows = scans.map((scan) => ({ ...scan, sealed: `\\x${scan.sealed.toString('hex')}` }));
  await sql.insertMany('blob_scans', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
}

/** Drops the oldest of what a pool has waiting beyond its share; gives how many of which pool. */
export async function dropBeyondShare(sql: Sql): Promise<{ pool: string; count: number }[]> {
  return sql.query(
    `WITH places AS (SELECT scan_id, row_number() OVER (PARTITION BY pool ORDER BY queued_at DESC, scan_id) AS place
                       FROM blob_scans),
          dropped AS (DELETE FROM blob_scans b USING places p WHERE b.scan_id = p.scan_id AND p.place > $1
                      RETURNING b.pool)
     SELECT pool, count(*) AS count FROM dropped GROUP BY pool`,
    [WAITING_PER_POOL],
  );
}

/** Takes the scan that is due first; undefined when there is none. Pools take turns: who has had the fewest tries comes first. */
export async function takeScan(sql: Sql): Promise<TakenScan | undefined> {
  const rows = await sql.query<TakenScan>(
    `UPDATE blob_scans SET tries = tries + 1, due_at = now() + make_interval(secs => ${TAKEN_SEC})
      WHERE scan_id = (SELECT scan_id FROM blob_scans WHERE due_at <= now()
                        ORDER BY due_at, scan_id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING scan_id, job_id, attempt, lease_id, epoch, scanned, pool, tail, cause_id, traceparent, sealed, tries`,
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
