import { compileCondition } from '../cel/compile-condition.js';
import type { Condition } from '../cel/condition.js';
import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { PolicyProblem } from '../policy-source.js';
import type { ConditionsByText } from './compile-snapshot.js';
import type { NamedLists, WrittenCondition } from './policy-reader.js';
import type { Located } from './read-rule.js';

/**
 * Compiles conditions, each text once: those written, also in entries that are refused, and those of short forms. What is
 * wrong is told at its character; conditions of short forms have no place of their own and are told at their entry.
 */
export function compileConditions(
  written: readonly WrittenCondition[],
  entries: readonly Located<PolicyRule | ClassifyRule>[],
  sets: NamedLists,
  problems: PolicyProblem[],
): ConditionsByText {
  const names = [...sets.keys()];
  const conditions = new Map<string, Condition>();
  const texts = new Set(written.map(({ text }) => text));
  const made = entries.flatMap(({ value, at }) =>
    (value.when ?? [])
      .filter((text) => !texts.has(text))
      .map((text) => ({ text, of: value.id, placeOf: () => at })),
  );
  for (const { text, of, placeOf } of [...written, ...made]) {
    if (conditions.has(text)) continue;
    const compiled = compileCondition(text, names);
    if ('condition' in compiled) {
      conditions.set(text, compiled.condition);
      continue;
    }
    const whose = of === undefined ? 'condition' : `condition of ${of}`;
    for (const { code, message, offset } of compiled.problems)
      problems.push({ ...placeOf(offset), code, message: `${whose}: ${message}` });
  }
  return conditions;
}
