import {
  MAX_BLOB_BYTES,
  ResultStatus,
  VerdictKind,
  VerdictReason,
  type BlobRef,
  type FindingRecord,
  type Result,
  type Verdict,
} from '@countersign/contracts';
import type { LocatedFinding, StreamFinding } from '@countersign/detectors';
import { sha256Digest } from '@countersign/kernel';
import { ending } from '../examine/listable.js';
import type { BlobRuling } from './rule-blob.js';
import type { StreamScan } from './scan-stream.js';

/** Findings a verdict lists at most, as those of inline outputs. What holds more needs a person. */
export const MAX_FINDINGS = 1000;

/** A result whose output is a blob, as it was received. */
export interface BlobResult {
  readonly result: Result & { readonly output_blob: BlobRef };
  /** Digest of the result's body. */
  readonly digest: string;
  /** The pool of the subject, which the worker's account stamped. */
  readonly pool: string;
  /** The topic of the subject, which the worker chose. */
  readonly topic: string;
  /** Whether that pool takes the topic that the subject names. */
  readonly isOwnTopic: boolean;
}

/** What a verdict says of a result that nobody has looked into. */
export interface ReportedBlob extends Pick<BlobResult, 'digest' | 'pool'> {
  readonly result: Pick<
    Result,
    'job_id' | 'attempt' | 'run_id' | 'lease' | 'status' | 'constraints_digest'
  > & {
    readonly effects: Pick<Result['effects'], 'length'>;
  };
}

/** What a worker wrote beside its blob, scanned: the error, and what it says of its effects. */
export interface ScannedError {
  readonly redacted: Verdict['error'];
  readonly findings: readonly LocatedFinding[];
  readonly quarantine: boolean;
}

/**
 * The verdict about a blob. Released are either its own bytes, in which nothing was replaced, or those of the redacted
 * copy; whatever is in doubt is put before a person. Offsets of findings are in bytes.
 */
export function judgeBlob(
  received: BlobResult,
  scan: StreamScan,
  error: ScannedError,
  ruling: BlobRuling,
): Verdict {
  const { result } = received;
  const { output_blob: blob } = result;
  const findings = [...scan.findings.map(recordOf), ...error.findings.map(errorRecordOf)];
  const reason = doubtAbout(received, scan, error) ?? ruling.reason;
  const { policy, exceeded } = ruling;
  const byPolicy = policy === undefined ? {} : { policy };
  if (reason !== undefined)
    return {
      ...heldBlob(received, reason),
      ...byPolicy,
      ...(exceeded.length > 0 && { exceeded: [...exceeded] }),
      error: error.redacted,
      findings: findings.slice(0, MAX_FINDINGS),
    };
  const released = { ...blob, digest: scan.redactedDigest, size: scan.redactedBytes };
  return {
    ...verdictOf(received, {
      kind: findings.length === 0 ? VerdictKind.Clean : VerdictKind.Redacted,
      released: released.digest,
      error: error.redacted,
      findings,
    }),
    ...byPolicy,
    output_blob: released,
  };
}

/** Why the blob itself can't be judged. */
function doubtAbout(
  { result, isOwnTopic }: BlobResult,
  scan: StreamScan,
  error: ScannedError,
): VerdictReason | undefined {
  const { output_blob: blob, output } = result;
  if (!isOwnTopic) return VerdictReason.ForeignTopic;
  // Both an output and a blob: nobody could say which of them was shown to whom.
  const isOther = scan.digest !== blob.digest || scan.bytes !== blob.size || output !== null;
  if (isOther || scan.redactedBytes > MAX_BLOB_BYTES) return VerdictReason.Unscannable;
  if (scan.count + error.findings.length > MAX_FINDINGS) return VerdictReason.TooManyFindings;
  if (scan.doubt === 'held' || error.quarantine) return VerdictReason.Findings;
  return scan.doubt === undefined ? undefined : VerdictReason.Unscannable;
}

/** The verdict about a blob that is put before a person, without a word of what is in it. */
export function heldBlob(received: ReportedBlob, reason: VerdictReason): Verdict {
  return {
    ...verdictOf(received, { kind: VerdictKind.Quarantined, released: null, error: null, findings: [] }),
    reason_code: reason,
  };
}

/** The verdict about a result that names a blob which its run has not uploaded: nothing is there, and the run has failed. */
export function missingBlob(received: BlobResult): Verdict {
  const nothing = JSON.stringify(null);
  return {
    ...verdictOf(received, {
      kind: VerdictKind.Clean,
      released: sha256Digest(nothing),
      error: { code: 'output_missing', message: 'The run has uploaded no blob of this digest.' },
      findings: [],
    }),
    status: ResultStatus.Failed,
    output: nothing,
  };
}

/** Whether the bytes to be released are others than those that were uploaded. */
export const needsCopy = (verdict: Verdict, blob: BlobRef): boolean =>
  verdict.output_blob !== undefined && verdict.output_blob.digest !== blob.digest;

function verdictOf(
  { result, digest, pool }: ReportedBlob,
  judgement: Pick<Verdict, 'kind' | 'released' | 'error' | 'findings'>,
): Verdict {
  return {
    job_id: result.job_id,
    attempt: result.attempt,
    pool,
    run_id: result.run_id,
    lease_id: result.lease.id,
    epoch: result.lease.epoch,
    status: result.status,
    constraints_digest: result.constraints_digest,
    kind: judgement.kind,
    scanned: digest,
    released: judgement.released,
    output: null,
    error: judgement.error,
    findings: judgement.findings,
    effects: result.effects.length > 0,
  };
}

const recordOf = ({
  rule,
  severity,
  byteOffset,
  byteLength,
  fingerprint,
  action,
}: StreamFinding): FindingRecord => ({
  rule,
  severity,
  pointer: '/output_blob',
  offset: byteOffset,
  length: byteLength,
  fingerprint,
  action: ending(action),
});

const errorRecordOf = (found: LocatedFinding): FindingRecord => {
  const { rule, severity, pointer, offset, length, fingerprint, action } = found;
  return { rule, severity, pointer, offset, length, fingerprint, action: ending(action) };
};
