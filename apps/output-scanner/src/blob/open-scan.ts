import {
  MAX_PAYLOAD_BYTES,
  parseBody,
  Result,
  topicOf,
  VerdictReason,
  type BlobRef,
  type Topology,
  type Verdict,
} from '@countersign/contracts';
import { unseal } from '../quarantine/seal.js';
import { takesTopic } from '../scan/takes-topic.js';
import type { BlobScan } from './blob-queue.store.js';
import { heldBlob, type BlobResult } from './judge-blob.js';

/** The result as it was queued. Throws when its row was changed, or sealed with another key: nothing in it can be believed. */
export function openScan(scan: BlobScan, quarantineKey: Uint8Array, topology: Topology): BlobResult {
  const parsed = parseBody(Result, Buffer.from(unseal(scan.sealed, quarantineKey, scan)), MAX_PAYLOAD_BYTES);
  if (!parsed.ok || parsed.value.output_blob === undefined)
    throw new Error('a queued result is none any more');
  const { scanned: digest, pool, tail } = scan;
  const result = parsed.value as Result & { readonly output_blob: BlobRef };
  return { result, digest, pool, topic: topicOf(tail), isOwnTopic: takesTopic(topology, pool, tail) };
}

/**
 * The verdict about a queued result that does not open: a person decides, and nothing can be released. It goes by what was
 * noted beside the sealed bytes, which the scheduler compares with the run that it waits for. Undefined for rows without it.
 */
export function unopened(scan: BlobScan): Verdict | undefined {
  const {
    job_id,
    attempt,
    run_id,
    lease_id: id,
    epoch,
    status,
    constraints_digest,
    scanned: digest,
    pool,
  } = scan;
  if (run_id === null || status === null || constraints_digest === null) return undefined;
  const result = { job_id, attempt, run_id, lease: { id, epoch }, status, constraints_digest, effects: [] };
  // Whether the run had effects nobody knows any more, so it counts as one that had.
  return { ...heldBlob({ result, digest, pool }, VerdictReason.ScannerError), effects: true };
}
