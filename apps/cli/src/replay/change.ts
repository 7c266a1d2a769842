import type { Decision } from '@countersign/contracts';
import { canonicalJson, type JsonValue } from '@countersign/kernel';
import type { PolicyDecision } from '@countersign/policy-engine';

/** The members by which two answers differ for whoever acts on them, as the evaluator compares them. */
export const COMPARED = [
  'type',
  'rule_ids',
  'reason',
  'reason_code',
  'derived_tags',
  'constraints',
  'obligations',
] as const satisfies readonly (keyof Decision)[];
export type Difference = (typeof COMPARED)[number];

/** An answer in the words of the contract. */
export type Answer = Readonly<Record<Difference, unknown>>;

/** An answer as far as a replay shows it. */
export interface Told {
  readonly type: string;
  readonly rule_ids: readonly string[];
  readonly reason_code: string;
  readonly reason: string;
}

/** A recorded decision that the candidate would take otherwise. */
export interface Change {
  readonly job_id: string;
  readonly evaluated_at: string;
  /** The policy that decided then. */
  readonly policy_snapshot: string;
  readonly before: Told;
  readonly after: Told;
  readonly differences: readonly Difference[];
}

/** A decision of the engine, in the words of the contract. */
export const answerOf = (decision: PolicyDecision): Answer & Told => ({
  type: decision.type,
  rule_ids: decision.ruleIds,
  reason: decision.reason,
  reason_code: decision.reasonCode,
  derived_tags: decision.derivedTags,
  constraints: decision.constraints,
  obligations: decision.obligations,
});

/** In what two answers differ; nothing when they are the same. */
export function differencesOf(before: Answer, after: Answer): readonly Difference[] {
  return COMPARED.filter((member) => textOf(before[member]) !== textOf(after[member]));
}

/** What is shown of an answer. */
export const toldOf = ({ type, rule_ids, reason_code, reason }: Told): Told => ({
  type,
  rule_ids,
  reason_code,
  reason,
});

/** The answer comes out of JSON or goes into it: members without a value are not there. */
const textOf = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue);
