import type { ConditionInput } from '../cel/condition-input.js';
import type { Condition } from '../cel/condition.js';
import { scanParams } from '../classify/scan-params.js';
import type { ClassifyMatch, ClassifyRule } from '../policy-rule.js';
import { judgeExpressions, type NotTold } from './judge-rule.js';
import { nameFits } from './match-glob.js';
import { topicFits } from './match-topic.js';

/** The conditions of a classify rule, in the order in which they are looked at. */
export type ClassifyConditionName = keyof ClassifyMatch;

/** What became of a classify rule. */
export type ClassifyJudgement =
  { readonly matched: true } | NotTold | { readonly matched: false; readonly failed: ClassifyConditionName };

/** Judges one classify rule. What params hold is told by the scanner of commands, which has no second form. */
export function judgeClassify(
  { match }: ClassifyRule,
  expressions: readonly Condition[],
  job: { readonly topic: string; readonly params: unknown },
  input: () => ConditionInput,
): ClassifyJudgement {
  const { topics, topic_tokens: globs, params_contain: shapes } = match;
  const [, ...tokens] = job.topic.split('.');
  const failed = (condition: ClassifyConditionName) => ({ matched: false as const, failed: condition });
  if (topics && !topics.some((pattern) => topicFits(pattern, job.topic))) return failed('topics');
  if (globs && !tokens.some((token) => globs.some((glob) => nameFits(glob, token))))
    return failed('topic_tokens');
  if (shapes) {
    const held = scanParams(job.params);
    if (!shapes.some((shape) => held.has(shape))) return failed('params_contain');
  }
  return judgeExpressions(expressions, input) ?? { matched: true };
}
