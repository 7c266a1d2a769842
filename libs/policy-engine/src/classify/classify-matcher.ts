import type { ClassifyMatch } from '../policy-rule.js';
import { tokenMatches, tokensMatch } from '../topic/topic-pattern.js';
import type { CommandShape } from '../vocabulary.js';

/** The match of a classify rule with its patterns cut into tokens. */
export interface ClassifyMatcher {
  readonly topics?: readonly (readonly string[])[];
  readonly tokenGlobs?: readonly string[];
  readonly shapes?: readonly CommandShape[];
}

/** Compiles the match of a classify rule. */
export function classifyMatcher({ topics, topic_tokens, params_contain }: ClassifyMatch): ClassifyMatcher {
  return {
    ...(topics && { topics: topics.map((pattern) => pattern.split('.')) }),
    ...(topic_tokens && { tokenGlobs: topic_tokens }),
    ...(params_contain && { shapes: params_contain }),
  };
}

/** Whether everything about the topic holds. */
export function topicFits({ topics, tokenGlobs }: ClassifyMatcher, tokens: readonly string[]): boolean {
  if (topics && !topics.some((pattern) => tokensMatch(pattern, tokens))) return false;
  if (!tokenGlobs) return true;
  for (let at = 1; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    for (const glob of tokenGlobs) if (tokenMatches(glob, token)) return true;
  }
  return false;
}
