import { findingMatcher, type FindingMatcher } from '../findings/finding-matcher.js';
import type { InputRule } from '../findings/finding-rule.js';
import { TopicTrie } from '../topic/topic-trie.js';

interface Entry {
  readonly rule: InputRule;
  readonly matcher: FindingMatcher;
  /** Its place among all rules about inputs. */
  readonly position: number;
}

/** The rules about inputs by topic: a job whose topic none of them names costs one look-up. */
export interface InputIndex {
  /** The rules that have something to say about a job, strictest first. */
  readonly concerning: (place: Parameters<FindingMatcher['concerns']>[0]) => readonly Entry[];
}

const NONE: readonly Entry[] = [];

export function buildInputIndex(rules: readonly InputRule[]): InputIndex {
  if (rules.length === 0) return { concerning: () => NONE };
  const trie = new TopicTrie<Entry[]>();
  for (const [position, rule] of rules.entries()) {
    const entry = { rule, matcher: findingMatcher(rule.match), position };
    for (const pattern of rule.match.topics ?? ['>']) trie.at(pattern, () => []).push(entry);
  }
  return {
    concerning: (place) => {
      const filed = trie.matching(place.tokens);
      if (filed.length === 0) return NONE;
      const entries = new Set(filed.flat());
      return [...entries]
        .filter(({ matcher }) => matcher.concerns(place))
        .sort((left, right) => left.position - right.position);
    },
  };
}
