import {
  MAX_BODY_BYTES,
  ResultStatus,
  VerdictKind,
  type FindingRecord,
  type Result,
  type Verdict,
} from '@countersign/contracts';
import { scanValue, type LocatedFinding, type ScannedValue } from '@countersign/detectors';
import { sha256Digest, type JsonValue } from '@countersign/kernel';

/** Findings a verdict lists at most. An output that holds more needs a person, not a redaction. */
export const MAX_FINDINGS = 1000;
/** Bytes of the list of findings at most, so that output and findings together stay below what the broker takes. */
export const MAX_FINDINGS_BYTES = 512 * 1024;

/** A result as it was received. */
export interface ReceivedResult {
  /** Length of the body in bytes. */
  readonly bytes: number;
  /** Digest of the body. */
  readonly digest: string;
  /** The pool of the subject, which the worker's account stamped. */
  readonly pool: string;
  /** Whether that pool takes the topic that the subject names. */
  readonly isOwnTopic: boolean;
  readonly result: Result;
}

/** What looks for secrets in a value; {@link scanValue} outside tests. */
export type Detect = (value: JsonValue, fingerprintKey: Uint8Array, pointer: string) => ScannedValue;

const detectSecrets: Detect = (value, fingerprintKey, pointer) =>
  scanValue(value, { fingerprintKey }, pointer);

/**
 * The verdict about a result. What is released is written anew from the value that was scanned, so no spelling of the
 * original text comes through unseen. Whatever cannot be judged is quarantined, and so is a result of a pool that was
 * never offered such a job.
 */
export function scanResult(
  received: ReceivedResult,
  fingerprintKey: Uint8Array,
  detect: Detect = detectSecrets,
): Verdict {
  const { result } = received;
  if (received.bytes > MAX_BODY_BYTES) return tooLarge(received);
  if (!received.isOwnTopic) return quarantined(received, null, []);
  let output: ScannedValue;
  let error: ScannedValue;
  try {
    output = detect(result.output as JsonValue, fingerprintKey, '/output');
    error = detect(result.error, fingerprintKey, '/error');
  } catch {
    return quarantined(received, null, []);
  }
  const found = output.findings.length + error.findings.length;
  const findings = found === 0 ? [] : listable([...output.findings, ...error.findings]);
  const redactedError = error.redacted as Verdict['error'];
  if (output.quarantine || error.quarantine || findings.length < found)
    return quarantined(received, redactedError, findings);
  const text = JSON.stringify(output.redacted);
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) return tooLarge(received);
  return verdictOf(received, {
    status: result.status,
    kind: found === 0 ? VerdictKind.Clean : VerdictKind.Redacted,
    released: sha256Digest(text),
    output: text,
    error: redactedError,
    findings,
  });
}

function quarantined(received: ReceivedResult, error: Verdict['error'], findings: FindingRecord[]): Verdict {
  const { status } = received.result;
  return verdictOf(received, {
    status,
    kind: VerdictKind.Quarantined,
    released: null,
    output: null,
    error,
    findings,
  });
}

/** The verdict about a result that is too large to be released: nothing of it is, and the run counts as failed. */
function tooLarge(received: ReceivedResult): Verdict {
  const nothing = JSON.stringify(null);
  return verdictOf(received, {
    status: ResultStatus.Failed,
    kind: VerdictKind.Clean,
    released: sha256Digest(nothing),
    output: nothing,
    error: {
      code: 'output_too_large',
      message: `The output is larger than ${MAX_BODY_BYTES} bytes and was not kept.`,
    },
    findings: [],
  });
}

type Judgement = Pick<Verdict, 'status' | 'kind' | 'released' | 'output' | 'error' | 'findings'>;

function verdictOf({ result, digest, pool }: ReceivedResult, judgement: Judgement): Verdict {
  return {
    job_id: result.job_id,
    attempt: result.attempt,
    pool,
    run_id: result.run_id,
    lease_id: result.lease.id,
    epoch: result.lease.epoch,
    status: judgement.status,
    constraints_digest: result.constraints_digest,
    kind: judgement.kind,
    scanned: digest,
    released: judgement.released,
    output: judgement.output,
    error: judgement.error,
    findings: judgement.findings,
    effects: result.effects.length > 0,
  };
}

/** As many of the findings as a verdict may list, without what only the scanner needs. */
function listable(found: readonly LocatedFinding[]): FindingRecord[] {
  const records: FindingRecord[] = [];
  let bytes = 0;
  for (const { rule, severity, pointer, offset, length, fingerprint } of found) {
    const record = { rule, severity, pointer, offset, length, fingerprint };
    bytes += Buffer.byteLength(JSON.stringify(record));
    if (records.length === MAX_FINDINGS || bytes > MAX_FINDINGS_BYTES) break;
    records.push(record);
  }
  return records;
}
