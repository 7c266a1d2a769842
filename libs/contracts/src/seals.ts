import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, CodedError, type JsonValue } from '@countersign/kernel';
import type { ApprovalResolved } from './approval-messages.js';
import type { Decision } from './decision-messages.js';

/** Keys of one kind of seal, 32 bytes each: the first makes seals, all of them are tried on one. */
export type SealKeys = readonly [Buffer, ...Buffer[]];

/** What a decision's seal covers, besides its version: what may run, for whom, and under which terms. */
const SEALED_OF_DECISION = [
  'decision_id',
  'job_id',
  'job_hash',
  'type',
  'rule_ids',
  'reason_code',
  'constraints',
  'obligations',
  'policy_snapshot',
  'verified',
  'evaluated_at',
] as const satisfies readonly (keyof Decision)[];

/** What an approval's seal covers, besides its version: who said what about which bytes and which decision. */
const SEALED_OF_APPROVAL = [
  'approval_id',
  'job_id',
  'job_hash',
  'decision_id',
  'policy_snapshot',
  'outcome',
  'votes',
  'resolved_at',
] as const satisfies readonly (keyof ApprovalResolved)[];

/** The members of a decision that its seal covers. */
export type SealableDecision = Pick<Decision, (typeof SEALED_OF_DECISION)[number]>;
/** The members of an answered question that its seal covers. */
export type SealableApproval = Pick<ApprovalResolved, (typeof SEALED_OF_APPROVAL)[number]>;

interface SealedKind {
  /** What stands in every seal of the kind, so that none is taken for one of another kind or version. */
  readonly fixed: Readonly<Record<string, JsonValue>>;
  /** Names of all members in the order of RFC 8785. */
  readonly members: readonly string[];
}

const kindOf = (what: string, members: readonly string[]): SealedKind => ({
  fixed: { what, v: 1 },
  members: [...members, 'what', 'v'].sort(),
});
const DECISION_KIND = kindOf('decision', SEALED_OF_DECISION);
const APPROVAL_KIND = kindOf('approval', SEALED_OF_APPROVAL);

/** The name of the MAC and its 32 bytes in base64url. */
export const SEAL_PATTERN = '^hmac-sha256:[A-Za-z0-9_-]{43}$';
const KEY_BYTES = 32;

/**
 * Reads the file of seal keys: one key a line, in base64. Throws `CodedError('unsafe_key')` for anything else; the
 * message quotes nothing of the file.
 */
export function parseSealKeys(text: string): SealKeys {
  const [first, ...others] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
  if (first === undefined || [first, ...others].some((key) => key.length !== KEY_BYTES))
    throw new CodedError('unsafe_key', `a seal key is ${KEY_BYTES} bytes in base64, one a line`);
  return [first, ...others];
}

/** The seal of a decision: an HMAC that nobody can make who only writes to a database or to the broker. */
export function decisionSeal(decision: SealableDecision, keys: SealKeys): string {
  return macOf(textOf(DECISION_KIND, decision), keys[0]);
}

/** The seal of an answered question about a job. */
export function approvalSeal(approval: SealableApproval, keys: SealKeys): string {
  return macOf(textOf(APPROVAL_KIND, approval), keys[0]);
}

/** Whether a decision is what the policy-evaluator sealed. */
export function isDecisionSealed(
  decision: SealableDecision & { readonly seal: string },
  keys: SealKeys,
): boolean {
  return holds(textOf(DECISION_KIND, decision), decision.seal, keys);
}

/** Whether an answered question is what the approval-service sealed; false without any seal. */
export function isApprovalSealed(
  approval: SealableApproval & { readonly seal?: string },
  keys: SealKeys,
): boolean {
  return approval.seal !== undefined && holds(textOf(APPROVAL_KIND, approval), approval.seal, keys);
}

/**
 * What is sealed: RFC 8785 text of the named members, of what they are of, and of the version of this list. The outer
 * object is put together here, as its sorted names are known: that costs a third less than having them sorted each time.
 */
function textOf(kind: SealedKind, value: Readonly<Partial<Record<string, unknown>>>): string {
  let text = '';
  for (const member of kind.members) {
    const part = kind.fixed[member] ?? value[member];
    if (part === undefined) continue;
    text += `${text === '' ? '{' : ','}"${member}":${canonicalJson(part as JsonValue)}`;
  }
  return `${text}}`;
}

function holds(text: string, seal: string, keys: SealKeys): boolean {
  const given = Buffer.from(seal);
  return keys.some((key) => {
    const expected = Buffer.from(macOf(text, key));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

const macOf = (text: string, key: Buffer) =>
  `hmac-sha256:${createHmac('sha256', key).update(text).digest('base64url')}`;
