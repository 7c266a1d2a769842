import type { BlobCommit, BlobPiece } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { WRITING_MINUTES } from './blob-limits.js';

/** A redacted copy that is being written. */
export interface Draft {
  readonly blob_id: string;
  readonly tenant_id: string;
}

type Of = Pick<BlobPiece, 'job_id' | 'attempt' | 'run_id' | 'of' | 'draft'>;

/** Begins the redacted copy of what a run has uploaded. Nothing happens when there is no such blob, or it was begun. */
export async function beginDraft(sql: Sql, { job_id, attempt, run_id, of, draft }: Of): Promise<void> {
  await sql.query(
    `INSERT INTO blobs (blob_id, tenant_id, job_id, attempt, run_id, of_digest, size, media_type, maker, state, due_at)
     SELECT $5, tenant_id, job_id, attempt, run_id, digest, 0, media_type, 'scanner', 'writing',
            now() + make_interval(mins => ${WRITING_MINUTES})
       FROM blobs WHERE job_id = $1 AND attempt = $2 AND run_id = $3 AND digest = $4 AND maker = 'run' AND state <> 'writing'
     ON CONFLICT DO NOTHING`,
    [job_id, attempt, run_id, of, draft],
  );
}

/** A copy that is being written, of exactly this blob. */
export async function findDraft(
  sql: Sql,
  { job_id, attempt, run_id, of, draft }: Of,
): Promise<Draft | undefined> {
  const rows = await sql.query<Draft>(
    `SELECT blob_id, tenant_id FROM blobs
      WHERE blob_id = $5 AND job_id = $1 AND attempt = $2 AND run_id = $3 AND of_digest = $4
        AND maker = 'scanner' AND state = 'writing'`,
    [job_id, attempt, run_id, of, draft],
  );
  return rows[0];
}

/** Adds a piece to a copy, counts its bytes, and gives it time for the next one. A piece that is there already stays. */
export async function addDraftChunk(
  sql: Sql,
  { blob_id, tenant_id }: Draft,
  index: number,
  sealed: Buffer,
  bytes: number,
): Promise<void> {
  await sql.query(
    `WITH added AS (INSERT INTO blob_chunks (blob_id, tenant_id, index, sealed) VALUES ($1, $2, $3, $4)
                    ON CONFLICT DO NOTHING RETURNING blob_id)
     UPDATE blobs SET size = size + $5, due_at = now() + make_interval(mins => ${WRITING_MINUTES})
      WHERE blob_id IN (SELECT blob_id FROM added)`,
    [blob_id, tenant_id, index, sealed, bytes],
  );
}

/**
 * Says that a copy is whole. Where the same bytes of the run are here already, those are the copy, and the draft goes.
 */
export async function finishDraft(
  sql: Sql,
  { job_id, attempt, run_id, draft, blob }: BlobCommit,
): Promise<void> {
  const rows = await sql.query(
    `UPDATE blobs SET state = 'stored', digest = $5, media_type = $6, due_at = now() + interval '10 seconds'
      WHERE blob_id = $4 AND state = 'writing'
        AND NOT EXISTS (SELECT 1 FROM blobs b WHERE b.job_id = $1 AND b.attempt = $2 AND b.run_id = $3
                           AND b.digest = $5 AND b.state <> 'writing')
      RETURNING blob_id`,
    [job_id, attempt, run_id, draft, blob.digest, blob.media_type],
  );
  if (rows.length === 0) await sql.query('DELETE FROM blobs WHERE blob_id = $1', [draft]);
}
