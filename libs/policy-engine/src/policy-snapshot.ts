import type { CompiledConditions } from './cel/compiled-conditions.js';
import type { RuleIndex } from './decide/rule-index.js';
import type { InputRule, OutputPolicy } from './findings/finding-rule.js';
import type { InputIndex } from './input/input-index.js';
import type { OutputMatchers } from './output/decide-output.js';
import type { ClassifyMatcher } from './classify/classify-matcher.js';
import type { ClassifyRule, PolicyRule, PolicyScope } from './policy-rule.js';

/** A compiled policy set. Immutable; any number of decisions may be taken from it at once. */
export interface PolicySnapshot {
  /**
   * `sha256:` and the hex SHA-256 of the RFC 8785 form of version, id, rules, classify rules, scopes, sets and what
   * is said of inputs and outputs. Neither the
   * order of files and rules nor their layout, names and comments change it; anything that can change a decision or its
   * text does.
   */
  readonly hash: string;
  readonly version: 'v1';
  readonly policy_id?: string;
  readonly policy_version?: string;
  /** Strictest first, then by id: a rule's position is its precedence. Rules of a scope are narrowed to it. */
  readonly rules: readonly PolicyRule[];
  readonly classify: readonly ClassifyRule[];
  /** By id. */
  readonly scopes: readonly PolicyScope[];
  /** The named lists, as conditions see them. */
  readonly sets: Readonly<Record<string, readonly string[]>>;
  /** Rules about what jobs are given, strictest first, then by id; absent if there are none. */
  readonly input?: { readonly rules: readonly InputRule[] };
  /** What is said of outputs, its rules strictest first, then by id; absent if nothing is. */
  readonly output?: OutputPolicy;
  /** Finds the few rules that may match. Built by `loadPolicy`; not for callers. */
  readonly index: RuleIndex;
  /** The compiled conditions, by position in `rules` and `classify`. Built by `loadPolicy`; not for callers. */
  readonly conditions: CompiledConditions;
  /** The compiled classify rules, by position in `classify`. Built by `loadPolicy`; not for callers. */
  readonly classifiers: readonly ClassifyMatcher[];
  /** Finds the rules about inputs by topic. Built by `loadPolicy`; not for callers. */
  readonly inputs: InputIndex;
  /** The compiled rules about outputs. Built by `loadPolicy`; not for callers. */
  readonly outputs: OutputMatchers;
}
