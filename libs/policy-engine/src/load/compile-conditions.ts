import { compileCondition } from '../cel/compile-condition.js';
import type { Condition } from '../cel/condition.js';
import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { PolicyProblem } from '../policy-source.js';
import type { ConditionsByText } from './compile-snapshot.js';
import type { NamedLists } from './policy-reader.js';
import type { Located } from './read-rule.js';

/**
 * Compiles the conditions of all rules, each text once. What is wrong is told at its character; conditions of short forms
 * have no place of their own and are told at their entry.
 */
export function compileConditions(
  rules: readonly Located<PolicyRule>[],
  classify: readonly Located<ClassifyRule>[],
  sets: NamedLists,
  problems: PolicyProblem[],
): ConditionsByText {
  const names = [...sets.keys()];
  const conditions = new Map<string, Condition>();
  for (const { value, at, whenAt } of [...rules, ...classify]) {
    for (const [index, text] of (value.when ?? []).entries()) {
      if (conditions.has(text)) continue;
      const compiled = compileCondition(text, names);
      if ('condition' in compiled) {
        conditions.set(text, compiled.condition);
        continue;
      }
      for (const { code, message, offset } of compiled.problems) {
        const place = whenAt?.[index]?.(offset) ?? at;
        problems.push({ ...place, code, message: `condition of ${value.id}: ${message}` });
      }
    }
  }
  return conditions;
}
