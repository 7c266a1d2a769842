import type { BlobMediaType } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { WRITING_MINUTES, type BlobLimits } from './blob-limits.js';

/** The run that a blob is of. */
export interface BlobRun {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly attempt: number;
  readonly run_id: string;
}

/** A blob that is about to be uploaded. */
export interface NewBlob extends BlobRun {
  readonly blob_id: string;
  readonly digest: string;
  /** Bytes that were announced; they count from the start. */
  readonly size: number;
  readonly media_type: BlobMediaType;
}

/** A blob that is whole. */
export interface StoredBlob {
  readonly blob_id: string;
  readonly job_id: string;
  readonly tenant_id: string;
  readonly size: number;
  readonly media_type: BlobMediaType;
}

/** How the beginning of an upload went. */
export type Beginning = 'begun' | 'known' | 'run_quota' | 'tenant_quota';

const COLUMNS = 'blob_id, tenant_id, job_id, attempt, run_id, digest, size, media_type, maker';
const SAME = 'job_id = $1 AND attempt = $2 AND run_id = $3 AND digest = $4';
const sameAs = ({ job_id, attempt, run_id, digest }: BlobRun & { readonly digest: string }) => [
  job_id,
  attempt,
  run_id,
  digest,
];

/** Makes the uploads of one tenant look at its quota one after the other, until the transaction ends. */
const inTurn = (sql: Sql, tenant: string) =>
  sql.query(`SELECT pg_advisory_xact_lock(hashtextextended('blobs ' || $1, 0))`, [tenant]);

/** Makes room for an upload, within the limits of its run and its tenant. To be run in one transaction. */
export async function beginBlob(sql: Sql, blob: NewBlob, limits: BlobLimits): Promise<Beginning> {
  await inTurn(sql, blob.tenant_id);
  if (await isStored(sql, blob)) return 'known';
  const [used] = await sql.query<{ tenant_bytes: string; run_bytes: string; run_count: string }>(
    `SELECT coalesce(sum(size), 0) AS tenant_bytes,
            coalesce(sum(size) FILTER (WHERE job_id = $2 AND attempt = $3), 0) AS run_bytes,
            count(*) FILTER (WHERE job_id = $2 AND attempt = $3) AS run_count
       FROM blobs WHERE tenant_id = $1 AND state <> 'released'`,
    [blob.tenant_id, blob.job_id, blob.attempt],
  );
  if (Number(used?.run_count) >= limits.perRun.count) return 'run_quota';
  if (Number(used?.run_bytes) + blob.size > limits.perRun.bytes) return 'run_quota';
  if (Number(used?.tenant_bytes) + blob.size > limits.perTenantBytes) return 'tenant_quota';
  const { blob_id, tenant_id, size, media_type } = blob;
  await sql.query(
    `INSERT INTO blobs (${COLUMNS}, state, due_at)
     VALUES ($5, $6, $1, $2, $3, $4, $7, $8, 'run', 'writing', now() + make_interval(mins => ${WRITING_MINUTES}))`,
    [...sameAs(blob), blob_id, tenant_id, size, media_type],
  );
  return 'begun';
}

/** Adds a sealed piece. */
export async function addChunk(
  sql: Sql,
  { blob_id, tenant_id }: Pick<NewBlob, 'blob_id' | 'tenant_id'>,
  index: number,
  sealed: Buffer,
): Promise<void> {
  await sql.query('INSERT INTO blob_chunks (blob_id, tenant_id, index, sealed) VALUES ($1, $2, $3, $4)', [
    blob_id,
    tenant_id,
    index,
    sealed,
  ]);
}

/** Says that an upload is whole. False when the same bytes of the same run were there first, or it took too long. */
export async function finishBlob(sql: Sql, blob: NewBlob): Promise<boolean> {
  await inTurn(sql, blob.tenant_id);
  const rows = await sql.query(
    `UPDATE blobs SET state = 'stored', due_at = now() + interval '10 seconds'
      WHERE blob_id = $5 AND state = 'writing'
        AND NOT EXISTS (SELECT 1 FROM blobs b WHERE b.job_id = $1 AND b.attempt = $2 AND b.run_id = $3
                           AND b.digest = $4 AND b.state <> 'writing')
      RETURNING blob_id`,
    [...sameAs(blob), blob.blob_id],
  );
  return rows.length > 0;
}

/** Whether a run has these bytes here already. */
export async function isStored(sql: Sql, blob: BlobRun & { readonly digest: string }): Promise<boolean> {
  const rows = await sql.query(`SELECT 1 FROM blobs WHERE ${SAME} AND state <> 'writing'`, sameAs(blob));
  return rows.length > 0;
}

/** Removes blobs with their pieces. */
export async function removeBlobs(sql: Sql, blobIds: readonly string[]): Promise<void> {
  if (blobIds.length > 0) await sql.query('DELETE FROM blobs WHERE blob_id = ANY($1)', [[...blobIds]]);
}

/** What a run has uploaded under a digest. */
export async function findOfRun(
  sql: Sql,
  blob: Pick<NewBlob, 'job_id' | 'attempt' | 'run_id' | 'digest'>,
): Promise<StoredBlob | undefined> {
  const rows = await sql.query<StoredBlob>(
    `SELECT blob_id, job_id, tenant_id, size, media_type FROM blobs
      WHERE ${SAME} AND maker = 'run' AND state <> 'writing'`,
    [blob.job_id, blob.attempt, blob.run_id, blob.digest],
  );
  return rows[0];
}

/** Most jobs of a tenant that are asked about for one digest. */
const SAME_BYTES = 20;

/** A tenant's blobs of a digest, newest first: several jobs can have the same bytes. */
export async function findOfTenant(sql: Sql, tenant: string, digest: string): Promise<StoredBlob[]> {
  return sql.query<StoredBlob>(
    `SELECT blob_id, job_id, tenant_id, size, media_type FROM blobs
      WHERE tenant_id = $1 AND digest = $2 AND state <> 'writing'
      ORDER BY created_at DESC LIMIT ${SAME_BYTES}`,
    [tenant, digest],
  );
}

/** A sealed piece; undefined when there is none. */
export async function readChunk(sql: Sql, blobId: string, index: number): Promise<Buffer | undefined> {
  const rows = await sql.query<{ sealed: Buffer }>(
    'SELECT sealed FROM blob_chunks WHERE blob_id = $1 AND index = $2',
    [blobId, index],
  );
  return rows[0]?.sealed;
}
