import type { FaultKind } from '../cel/condition-fault.js';
import type { PolicyDecision } from '../decide/decide.js';
import type { ClassifyConditionName } from '../reference/judge-classify.js';
import type { InputAction } from '../findings/finding-rule.js';
import type { ConditionName } from '../reference/conditions.js';
import type { Decision } from '../vocabulary.js';

/** A condition that kept a rule from matching. */
export interface FailedCondition<Name extends string> {
  readonly condition: Name;
  /** What the rule asks, for people. Holds nothing of the job. */
  readonly detail: string;
}

/** What became of a rule: it matched, its first condition that failed, or why it has no answer. */
export type Outcome<Name extends string> =
  | { readonly matched: true }
  | { readonly matched: false; readonly failed: FailedCondition<Name> }
  | { readonly matched: false; readonly fault: FaultKind; readonly detail: string };

export type ExplainedRule = {
  readonly ruleId: string;
  readonly decision: Decision;
  /** The scope of the rule; such a rule grants nothing. */
  readonly scope?: string;
} & Outcome<ConditionName>;

export type ExplainedClassifyRule = {
  readonly ruleId: string;
  /** Added to the job's tags if the rule matched. */
  readonly tags: readonly string[];
} & Outcome<ClassifyConditionName | 'when'>;

/** What a rule about inputs asks of a job, in the order in which it is looked at. */
export type InputConditionName = 'topics' | 'tenants' | 'agents' | 'findings';

export type ExplainedInputRule = {
  readonly ruleId: string;
  readonly action: InputAction;
  /** The scope of the rule; such a rule only tightens. */
  readonly scope?: string;
} & (
  | { readonly matched: true }
  | { readonly matched: false; readonly failed: FailedCondition<InputConditionName> }
);

export interface ExplainedScope {
  readonly id: string;
  readonly default: 'inherit' | 'deny';
  /** Whether the job is one that the scope is about. */
  readonly concerned: boolean;
  /** Rules of the scope that matched, in the order of the snapshot. */
  readonly matched: readonly string[];
}

/** A decision, and everything that led to it. */
export interface Explanation {
  readonly decision: PolicyDecision;
  /** Every rule, in the order of the snapshot. Empty if the request or its tags could not be judged: see `decision`. */
  readonly rules: readonly ExplainedRule[];
  /** Every classify rule. Empty if the request is not well-formed. */
  readonly classify: readonly ExplainedClassifyRule[];
  /** Every rule about what a job was given, the strictest first. Empty where `rules` is. */
  readonly inputs: readonly ExplainedInputRule[];
  readonly scopes: readonly ExplainedScope[];
}
