import type { ClassifyRule } from '../policy-rule.js';
import { tokenMatches, topicMatches } from '../topic/topic-pattern.js';
import type { CommandShape } from '../vocabulary.js';
import { scanParams } from './scan-params.js';

/** The tags that follow from topic and params, sorted. What the client asserts plays no part here. */
export function deriveTags(rules: readonly ClassifyRule[], topic: string, params: unknown): string[] {
  if (rules.length === 0) return [];
  let shapes: ReadonlySet<CommandShape> | undefined;
  const tokens = topic.split('.').slice(1);
  const tags = new Set<string>();
  for (const { match, add_tags } of rules) {
    if (match.topics && !match.topics.some((pattern) => topicMatches(pattern, topic))) continue;
    if (match.topic_tokens && !match.topic_tokens.some((glob) => tokens.some((t) => tokenMatches(glob, t))))
      continue;
    if (match.params_contain) {
      shapes ??= scanParams(params);
      const held = shapes;
      if (!match.params_contain.some((name) => held.has(name))) continue;
    }
    for (const tag of add_tags) tags.add(tag);
  }
  return [...tags].sort();
}
