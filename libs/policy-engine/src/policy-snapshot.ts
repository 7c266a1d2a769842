import type { RuleIndex } from './decide/rule-index.js';
import type { ClassifyRule, PolicyRule } from './policy-rule.js';

/** A compiled policy set. Immutable; any number of decisions may be taken from it at once. */
export interface PolicySnapshot {
  /**
   * `sha256:` and the hex SHA-256 of the RFC 8785 form of version, rules and classify rules. Neither the order of
   * files and rules nor their layout and comments change it; anything that can change a decision or its text does.
   */
  readonly hash: string;
  readonly version: 'v1';
  /** Strictest first, then by id: a rule's position is its precedence. */
  readonly rules: readonly PolicyRule[];
  readonly classify: readonly ClassifyRule[];
  /** Finds the few rules that may match. Built by `loadPolicy`; not for callers. */
  readonly index: RuleIndex;
}
