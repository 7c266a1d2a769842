import type { Condition } from '../cel/condition.js';
import { ConditionFault, type FaultKind } from '../cel/condition-fault.js';
import type { ConditionInput } from '../cel/condition-input.js';
import type { PolicyRule } from '../policy-rule.js';
import { Decision, ReasonCode } from '../vocabulary.js';
import { lookAt, type ConditionName, type Looked } from './conditions.js';
import type { Facts } from './facts.js';

/** An expression does not hold (`at`: which of the rule's), or something has no answer. */
export type NotTold =
  | { readonly matched: false; readonly failed: 'when'; readonly at: number }
  | { readonly matched: false; readonly fault: FaultKind; readonly condition: ConditionName };

/** What became of one rule: it matched, it did not (and why first), or it has no answer. */
export type Judgement =
  | { readonly matched: true }
  | { readonly matched: false; readonly failed: Exclude<ConditionName, 'when'> }
  | NotTold;

/**
 * Judges one rule as the language says: every condition must hold, then every expression. A rule that restricts and asks
 * for something that the job does not name has no answer when everything else about it holds.
 */
export function judgeRule(
  rule: PolicyRule,
  expressions: readonly Condition[],
  facts: Facts,
  input: () => ConditionInput,
): Judgement {
  let unknown: Looked | undefined;
  for (const looked of lookAt(rule, facts)) {
    const { condition, outcome } = looked;
    if (outcome === 'fails') return { matched: false, failed: condition };
    if (outcome === 'unknown' && rule.decision === Decision.Allow)
      return { matched: false, failed: condition };
    if (outcome === 'unknown') unknown ??= looked;
  }
  const told = judgeExpressions(expressions, input);
  if (unknown && !(told && 'failed' in told)) {
    return { matched: false, fault: ReasonCode.MissingInput, condition: unknown.condition };
  }
  return told ?? { matched: true };
}

/**
 * What keeps a rule with expressions from matching: the first that does not hold, whatever the others say, else the first
 * without an answer.
 */
export function judgeExpressions(
  expressions: readonly Condition[],
  input: () => ConditionInput,
): NotTold | undefined {
  const answers = expressions.map((expression) => answerOf(expression, input));
  const at = answers.indexOf(false);
  if (at >= 0) return { matched: false, failed: 'when', at };
  const fault = answers.find((answer) => typeof answer === 'string');
  return fault && { matched: false, fault, condition: 'when' };
}

function answerOf(expression: Condition, input: () => ConditionInput): boolean | FaultKind {
  try {
    return expression.holds(input());
  } catch (error) {
    if (error instanceof ConditionFault) return error.kind;
    throw error;
  }
}
