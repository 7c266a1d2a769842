import {
  MAX_OUTPUT_FINDINGS,
  OutputAction,
  VerdictReason,
  type ExceededConstraint,
  type OutputFinding,
  type OutputJobAnswer,
  type VerdictPolicy,
} from '@countersign/contracts';
import { Action } from '@countersign/detectors';
import { exceededConstraints } from '../constrain/exceeded-constraints.js';
import { kindsOf } from '../examine/kinds-of.js';
import { Rulings, type AlertedKind } from '../scan/rulings.js';
import type { BlobResult, ScannedError } from './judge-blob.js';
import type { StreamScan } from './scan-stream.js';

/** What the policy and the constraints of the run make of a blob. */
export interface BlobRuling {
  /** Why a person has to look; undefined when nobody has to. */
  readonly reason: VerdictReason | undefined;
  readonly exceeded: readonly ExceededConstraint[];
  readonly policy?: VerdictPolicy;
}

/** The kinds of findings that the policy is asked about. */
export const kindsIn = (scan: StreamScan, error: ScannedError): OutputFinding[] =>
  kindsOf([...scan.findings.map((finding) => ({ ...finding, pointer: '' })), ...error.findings]);

/** The kinds that somebody is to be told of. */
export function alertedIn(kinds: readonly OutputFinding[], answer: OutputJobAnswer): AlertedKind[] {
  const rulings = new Rulings();
  rulings.add(answer, undefined);
  return rulings.alerted(kinds);
}

/**
 * What is ruled about the findings of a blob. A blob is redacted by what the detectors usually do: where the policy lets a
 * kind out it is replaced all the same, and where it wants one replaced that would stay, the blob is kept back.
 */
export function ruleBlob(
  { result }: BlobResult,
  kinds: readonly OutputFinding[],
  answer: OutputJobAnswer,
): BlobRuling {
  const exceeded = exceededConstraints(result.effects, result.output_blob.size, answer.constraints);
  if (!answer.known) return { reason: VerdictReason.UnknownJob, exceeded: [] };
  const rulings = new Rulings();
  rulings.add(answer, undefined);
  const policy = { snapshot: answer.policy_snapshot, rule_ids: rulings.ruleIds(kinds) };
  const told = kinds.length === 0 ? {} : { policy };
  if (exceeded.length > 0) return { reason: VerdictReason.ConstraintsExceeded, exceeded, ...told };
  return { reason: reasonToKeep(kinds, rulings, answer), exceeded, ...told };
}

function reasonToKeep(
  kinds: readonly OutputFinding[],
  rulings: Rulings,
  answer: OutputJobAnswer,
): VerdictReason | undefined {
  if (kinds.length > MAX_OUTPUT_FINDINGS) return VerdictReason.TooManyFindings;
  if (rulings.missing(kinds).length > 0) return VerdictReason.Policy;
  const held = rulings.held(kinds);
  if (held !== 'no') return held === 'by_rule' ? VerdictReason.Policy : VerdictReason.Findings;
  const staying = new Set(kinds.filter(({ action }) => action === Action.Alert).map(({ rule }) => rule));
  const isToGo = answer.actions.some(
    ({ rule, action }) => action === OutputAction.Redact && staying.has(rule),
  );
  return isToGo ? VerdictReason.Policy : undefined;
}
