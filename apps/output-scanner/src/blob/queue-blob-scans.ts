import { Subjects, type BlobRef, type Result } from '@countersign/contracts';
import type { Fact, Work } from '@countersign/service-kit';
import { seal } from '../quarantine/seal.js';
import { giveUpBeyondShare, queueScans } from './blob-queue.store.js';

/** A result whose output is a blob. */
export type BlobFact = Fact<Result & { readonly output_blob: BlobRef }>;

/** Whether the output of a result is a blob. */
export function isBlobFact(fact: Fact<Result>): fact is BlobFact {
  return fact.body.output_blob !== undefined;
}

/**
 * Puts results into the queue of scans: reading a blob takes far longer than a message may be held, so it is not read
 * while its message waits. What a pool has beyond its share is put before a person unscanned, the oldest first, and told.
 */
export async function queueBlobScans(
  work: Work,
  facts: readonly BlobFact[],
  quarantineKey: Uint8Array,
): Promise<void> {
  if (facts.length === 0) return;
  const scans = facts.flatMap((fact) => {
    const address = Subjects.result.parse(fact.subject);
    if (address === undefined) {
      work.deadLetter(fact, 'invalid_field');
      return [];
    }
    const { job_id, attempt, lease, run_id, constraints_digest, status } = fact.body;
    const ids = { job_id, attempt, lease_id: lease.id, epoch: lease.epoch, scanned: fact.digest };
    return [
      {
        ...ids,
        scan_id: `${address.pool} ${address.tail} ${fact.digest}`,
        pool: address.pool,
        tail: address.tail,
        cause_id: fact.id,
        traceparent: fact.traceparent,
        sealed: seal(fact.text, quarantineKey, ids),
        ...{ run_id, constraints_digest, status },
      },
    ];
  });
  await queueScans(work, scans);
  for (const { pool, count } of await giveUpBeyondShare(work))
    work.refuse({
      job_id: null,
      trace_id: null,
      what: 'blob_scan',
      reason_code: 'unanswered',
      detail: { pool, count },
    });
}
