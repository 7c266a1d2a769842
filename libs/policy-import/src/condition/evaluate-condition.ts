import type { Compare, Condition } from './condition.js';

/** Evaluates a condition on values of the right types; a comparison of a value that is not there does not hold. */
export function evaluateCondition(
  condition: Condition,
  valueOf: (name: string) => number | string | boolean | undefined,
): boolean {
  switch (condition.kind) {
    case 'compare':
      return compares(condition, valueOf(condition.name));
    case 'not':
      return !evaluateCondition(condition.operand, valueOf);
    case 'and':
      return condition.operands.every((operand) => evaluateCondition(operand, valueOf));
    case 'or':
      return condition.operands.some((operand) => evaluateCondition(operand, valueOf));
  }
}

function compares(
  { operator, value: limit }: Compare,
  value: number | string | boolean | undefined,
): boolean {
  if (value === undefined) return false;
  switch (operator) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}
