import {
  MAX_BODY_BYTES,
  ResultStatus,
  VerdictKind,
  VerdictReason,
  type ExceededConstraint,
  type Verdict,
  type VerdictPolicy,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { isUntouched, type Examined } from '../examine/examine-result.js';
import type { ReceivedResult } from './received-result.js';

/** What a verdict goes by. */
export interface Judged {
  readonly examined: Examined;
  readonly exceeded: readonly ExceededConstraint[];
  /** The policy has ruled that something in it is kept back; `byRule` when it was a rule that said so. */
  readonly held: 'no' | 'by_rule' | 'by_detector';
  /** By which policy; absent where it had nothing to say. */
  readonly policy?: VerdictPolicy;
}

/** The verdict about a result that was examined and ruled about. Whatever cannot be judged is kept back. */
export function verdictOf(received: ReceivedResult, judged: Judged): Verdict {
  const { examined, exceeded, policy } = judged;
  const reason = reasonToKeep(judged);
  if (reason !== undefined)
    return keptBack(received, reason, { examined, exceeded, ...(policy && { policy }) });
  const { output } = examined;
  if (output === null || Buffer.byteLength(output) > MAX_BODY_BYTES) return tooLarge(received);
  return {
    ...base(received),
    kind: isUntouched(examined) ? VerdictKind.Clean : VerdictKind.Redacted,
    released: sha256Digest(output),
    output,
    error: examined.error,
    findings: [...examined.findings],
    ...(policy && { policy }),
  };
}

/** What is most severe is said first: a reviewer sees one reason. */
function reasonToKeep({ examined, exceeded, held }: Judged): VerdictReason | undefined {
  if (examined.findings.length < examined.count) return VerdictReason.TooManyFindings;
  if (exceeded.length > 0) return VerdictReason.ConstraintsExceeded;
  if (held === 'by_rule') return VerdictReason.Policy;
  return held === 'by_detector' || examined.inNames ? VerdictReason.Findings : undefined;
}

/** The verdict that keeps a result back for a person to look at. Of what was not examined not even the error is told. */
export function keptBack(
  received: ReceivedResult,
  reason: VerdictReason,
  known: Partial<Pick<Judged, 'examined' | 'exceeded' | 'policy'>> = {},
): Verdict {
  const { examined, exceeded = [], policy } = known;
  return {
    ...base(received),
    kind: VerdictKind.Quarantined,
    released: null,
    output: null,
    error: examined?.error ?? null,
    findings: [...(examined?.findings ?? [])],
    reason_code: reason,
    ...(exceeded.length > 0 && { exceeded: [...exceeded] }),
    ...(policy && { policy }),
  };
}

/** The verdict about a result that is too large to be released: nothing of it is, and the run counts as failed. */
export function tooLarge(received: ReceivedResult): Verdict {
  const nothing = JSON.stringify(null);
  return {
    ...base(received),
    status: ResultStatus.Failed,
    kind: VerdictKind.Clean,
    released: sha256Digest(nothing),
    output: nothing,
    error: {
      code: 'output_too_large',
      message: `The output is larger than ${MAX_BODY_BYTES} bytes and was not kept.`,
    },
    findings: [],
  };
}

function base({ result, digest, pool }: ReceivedResult) {
  return {
    job_id: result.job_id,
    attempt: result.attempt,
    pool,
    run_id: result.run_id,
    lease_id: result.lease.id,
    epoch: result.lease.epoch,
    status: result.status,
    constraints_digest: result.constraints_digest,
    scanned: digest,
    effects: result.effects.length > 0,
    reason_code: null,
  };
}
