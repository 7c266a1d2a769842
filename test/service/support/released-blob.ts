import { createHash } from 'node:crypto';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { WARRANT_ISSUER, type WarrantClaims, type WarrantSigner } from '@countersign/warrant';
import type pg from 'pg';

/** The digest of bytes as it is written everywhere. */
export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The address of a blob. */
export const blobPath = (digest: string): string => `/api/v1/blobs/${digest.replace(':', '/')}`;

/** What the warrant of a job's first run says; of a job that nobody knows when none is named. */
export function runOf(tenant: string, jobId = newUlid()): WarrantClaims {
  const now = Math.floor(Date.now() / 1000);
  return {
    ...{ iss: WARRANT_ISSUER, aud: 'mcp', iat: now, nbf: now, exp: now + 300, job_id: jobId },
    ...{ job_hash: sha256Digest('a job'), attempt: 1, run_id: 'run_20261120T120000Z_00000001' },
    ...{ lease_id: newUlid(), epoch: 1, nonce: 'nonce-one', tenant_id: tenant, pool: 'mcp' },
    ...{ decision_id: 'd', policy_snapshot: sha256Digest('p'), approval_ids: [] },
    constraints_digest: sha256Digest('{}'),
  };
}

/** Makes a job that is on offer look as if a verdict had released these bytes of it. False as long as it is not on offer. */
export async function completeWithBlob(
  database: pg.Client,
  jobId: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const blob = { digest: digestOf(bytes), size: bytes.length, media_type: 'application/json' };
  const { rowCount } = await database.query(
    `UPDATE scheduler.jobs SET state = 'COMPLETED', output_kind = 'clean', released = $2, output_blob = $3
      WHERE job_id = $1 AND state = 'DISPATCHED'`,
    [jobId, blob.digest, JSON.stringify(blob)],
  );
  return rowCount === 1;
}

/** Uploads bytes as the run of a job; gives the status of the answer. */
export async function uploadAs(
  signer: WarrantSigner,
  gatewayUrl: string,
  run: WarrantClaims,
  bytes: Uint8Array,
): Promise<number> {
  const response = await fetch(`${gatewayUrl}${blobPath(digestOf(bytes))}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${signer.sign(run)}`, 'content-type': 'application/json' },
    body: new Uint8Array(bytes),
  });
  await response.body?.cancel();
  return response.status;
}
