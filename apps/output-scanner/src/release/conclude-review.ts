import {
  ApprovalOutcome,
  MAX_BODY_BYTES,
  Result,
  VerdictKind,
  parseBody,
  type ApprovalResolved,
  type BlobRef,
  type Verdict,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { unseal } from '../quarantine/seal.js';
import type { QuarantinedOutput } from '../quarantine/quarantine.store.js';

/** How a review of an output ends. */
export interface ReviewEnd {
  readonly verdict: Verdict;
  /** Set when a grant could not be carried out: nothing is released, and the sealed bytes are kept. */
  readonly failure?: 'unsealable' | 'digest_mismatch' | 'output_too_large';
}

/**
 * Carries out the reviewer's answer. A grant releases the output of exactly the result that was scanned and shown;
 * bytes that do not open, or open to something else, are withheld, whatever the reviewer said.
 */
export function concludeReview(
  approval: Pick<ApprovalResolved, 'outcome' | 'scanned'>,
  entry: QuarantinedOutput,
  quarantineKey: Uint8Array,
): ReviewEnd {
  const quarantined = JSON.parse(entry.verdict) as Verdict;
  const withheld = withhold(quarantined);
  if (approval.outcome !== ApprovalOutcome.Granted) return { verdict: withheld };
  let text: string;
  try {
    text = unseal(entry.sealed, quarantineKey, entry);
  } catch {
    return { verdict: withheld, failure: 'unsealable' };
  }
  if (approval.scanned === undefined || sha256Digest(text) !== approval.scanned)
    return { verdict: withheld, failure: 'digest_mismatch' };
  const parsed = parseBody(Result, Buffer.from(text), MAX_BODY_BYTES);
  if (!parsed.ok) return { verdict: withheld, failure: 'unsealable' };
  const { output_blob: blob } = parsed.value;
  if (blob !== undefined) return releaseBlob(quarantined, blob, parsed.value.output);
  const output = JSON.stringify(parsed.value.output);
  if (Buffer.byteLength(output) > MAX_BODY_BYTES) return { verdict: withheld, failure: 'output_too_large' };
  return {
    verdict: { ...quarantined, kind: VerdictKind.Released, released: sha256Digest(output), output },
  };
}

/**
 * Releases the blob that a result names: the reviewer's answer names the result by its digest, and with it the blob's. One
 * that also has an output of its own is nothing that a person can have meant.
 */
function releaseBlob(quarantined: Verdict, blob: BlobRef, output: unknown): ReviewEnd {
  if (output !== null) return { verdict: withhold(quarantined), failure: 'digest_mismatch' };
  return {
    verdict: {
      ...quarantined,
      kind: VerdictKind.Released,
      released: blob.digest,
      output: null,
      output_blob: blob,
    },
  };
}

/** The verdict that ends a quarantine without a release. */
export function withhold(quarantined: Verdict): Verdict {
  return { ...quarantined, kind: VerdictKind.Withheld, released: null, output: null };
}
