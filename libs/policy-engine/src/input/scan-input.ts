import { MAX_BODY_BYTES, MAX_INPUT_FINDINGS } from '@countersign/contracts';
import {
  definitionOf,
  RULE_SET_VERSION,
  scanValue,
  type JsonValue,
  type LocatedFinding,
} from '@countersign/detectors';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { needsScan } from './judge-input.js';
import type { InputFinding, ScannedInput } from './scanned-input.js';

/** Most of what is looked at, in UTF-16 units of JSON text: what a job may have at all. */
const MAX_SCANNED = MAX_BODY_BYTES;
/** Up to this size a job may grow by having values replaced by longer markers. */
const MAX_GROWN = MAX_BODY_BYTES / 2;
/** Longest label, in UTF-16 units; the contract's own limit. */
const MAX_LABEL = 256;
/** The detectors say by these that they could not look at everything. */
const LIMITS: ReadonlySet<string> = new Set(['unsafe.scan-limit', 'unsafe.archive-bomb']);
/** Fingerprints are of no use here and are thrown away; the detectors make none without a key. */
const NO_KEY = new TextEncoder().encode('no fingerprint is kept of an input');

const INCOMPLETE: ScannedInput = {
  complete: false,
  findings: [],
  redactable: false,
  found: 0,
  ruleSet: RULE_SET_VERSION,
};

/** The question with what the detectors say of the job, where the policy wants to know. Pure. */
export function withScannedInput(snapshot: PolicySnapshot, request: PolicyRequest): PolicyRequest {
  if (request.input !== undefined || !needsScan(snapshot, request)) return request;
  const { params, labels, action, resource, details } = request;
  const { rationale, compensation } = details ?? {};
  return { ...request, input: scanInput(params, labels, { action, resource, rationale, compensation }) };
}

/** What the detectors find in what a worker is given to read. Never throws: what goes wrong is an incomplete scan. */
export function scanInput(params: unknown, labels: Labels, beside: Beside = {}): ScannedInput {
  try {
    const size = sizeOf(params, labels, beside);
    if (size > MAX_SCANNED) return INCOMPLETE;
    const { findings, redacted } = scanned(params, labels, beside);
    const kept = keep(findings.flatMap(everyRuleOf));
    if (kept === undefined || findings.some(({ rule }) => LIMITS.has(rule))) return INCOMPLETE;
    return {
      complete: true,
      findings: kept,
      redactable: redacted !== undefined && sizeOf(redacted) <= Math.max(size, MAX_GROWN),
      found: findings.length,
      ruleSet: RULE_SET_VERSION,
    };
  } catch {
    // Whatever it was may quote the job.
    return INCOMPLETE;
  }
}

/** The members of a job without what the detectors take out; undefined where that is not possible. */
export const redactInput = (params: unknown, labels: Labels, beside: Beside = {}): Redacted | undefined =>
  scanned(params, labels, beside).redacted;

type Labels = Readonly<Record<string, string>>;
/** What else of a job is text as its sender likes; the worker gets it with the params. */
export interface Beside {
  readonly action?: unknown;
  readonly resource?: unknown;
  readonly rationale?: unknown;
  readonly compensation?: unknown;
}
/** Where beside the params something may be taken out, and the job still asks for the same. */
const REDACTABLE = /^\/(?:rationale|compensation\/params)(?:\/|$)/;

interface Redacted extends Pick<Beside, 'rationale' | 'compensation'> {
  readonly params: unknown;
  readonly labels: Labels;
}

function scanned(
  params: unknown,
  labels: Labels,
  { action, resource, rationale, compensation }: Beside,
): { readonly findings: readonly LocatedFinding[]; readonly redacted?: Redacted } {
  const inParams = scanValue((params ?? null) as JsonValue, { fingerprintKey: NO_KEY }, '/params');
  const inLabels = scanValue(labels, { fingerprintKey: NO_KEY }, '/labels');
  const beside = Object.fromEntries(
    Object.entries({ action, resource, rationale, compensation }).filter(([, value]) => value !== undefined),
  ) as Record<string, JsonValue>;
  const inBeside = scanValue(beside, { fingerprintKey: NO_KEY }, '');
  const findings = [...inParams.findings, ...inLabels.findings, ...inBeside.findings];
  // A name that changes is a member that whoever reads the job would miss.
  if (inParams.quarantine || inLabels.quarantine || inBeside.quarantine || findings.length === 0)
    return { findings };
  const values = inLabels.redacted as Labels;
  if (Object.values(values).some((value) => value.length > MAX_LABEL)) return { findings };
  if (!inBeside.findings.every(({ pointer }) => REDACTABLE.test(pointer))) return { findings };
  const kept = inBeside.redacted as Beside;
  const told = {
    ...(kept.rationale !== undefined && { rationale: kept.rationale }),
    ...(kept.compensation !== undefined && { compensation: kept.compensation }),
  };
  return { findings, redacted: { params: inParams.redacted, labels: values, ...told } };
}

const sizeOf = (...parts: readonly unknown[]) => JSON.stringify(parts).length;

/**
 * A finding once for every rule that found its place: which of them the detectors name first is nothing that a policy
 * about one of the others has to know.
 */
function everyRuleOf(finding: LocatedFinding): LocatedFinding[] {
  const others = (finding.also ?? []).map((rule) => {
    const { severity, action } = definitionOf(rule) ?? finding;
    return {
      ...finding,
      rule,
      kind: rule.slice(0, rule.indexOf('.')) as LocatedFinding['kind'],
      severity,
      action,
    };
  });
  return [finding, ...others];
}

/** One finding of each kind first, so that a decision made again from what is kept is the same; then the others. */
function keep(findings: readonly LocatedFinding[]): InputFinding[] | undefined {
  const first = new Map<string, LocatedFinding>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.severity}`;
    if (!first.has(key)) first.set(key, finding);
  }
  if (first.size > MAX_INPUT_FINDINGS) return undefined;
  const kept = new Set(first.values());
  for (const finding of findings) {
    if (kept.size >= MAX_INPUT_FINDINGS) break;
    kept.add(finding);
  }
  return [...kept].map(({ rule, kind, severity, action, pointer, offset, length }) => ({
    rule,
    kind,
    severity,
    action,
    pointer,
    offset,
    length,
  }));
}
