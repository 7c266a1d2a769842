import type { ConditionInput } from '../cel/condition-input.js';
import { ConditionFault } from '../cel/condition-fault.js';
import { RuleFault } from '../decide/evaluation-fault.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import type { CommandShape } from '../vocabulary.js';
import { topicFits } from './classify-matcher.js';
import { scanParams } from './scan-params.js';

const NONE: readonly string[] = [];

/**
 * The tags that follow from what the job is, sorted. What the client claims takes none of them away.
 * Throws {@link RuleFault} if a condition has no answer.
 */
export function deriveTags(
  { classify, classifiers, conditions }: Pick<PolicySnapshot, 'classify' | 'classifiers' | 'conditions'>,
  tokens: readonly string[],
  params: unknown,
  input: () => ConditionInput,
): readonly string[] {
  if (classifiers.length === 0) return NONE;
  let shapes: ReadonlySet<CommandShape> | undefined;
  let tags: Set<string> | undefined;
  for (let at = 0; at < classifiers.length; at++) {
    const matcher = classifiers[at];
    const rule = classify[at];
    if (!matcher || !rule || !topicFits(matcher, tokens)) continue;
    if (matcher.shapes) {
      shapes ??= scanParams(params);
      const held = shapes;
      if (!matcher.shapes.some((name) => held.has(name))) continue;
    }
    const wanted = conditions.classify[at];
    if (wanted && !allHold(rule.id, () => wanted.every((condition) => condition.holds(input())))) continue;
    tags ??= new Set();
    for (const tag of rule.add_tags) tags.add(tag);
  }
  return tags ? [...tags].sort() : NONE;
}

function allHold(id: string, test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof ConditionFault) throw new RuleFault(error.kind, `classify rule ${id}`);
    throw error;
  }
}
