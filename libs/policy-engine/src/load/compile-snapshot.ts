import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Condition } from '../cel/condition.js';
import { classifyMatcher } from '../classify/classify-matcher.js';
import { buildRuleIndex } from '../decide/rule-index.js';
import type { ClassifyRule, PolicyRule, PolicyScope } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { STRICTNESS } from '../vocabulary.js';

/** What a snapshot is made of. */
export interface PolicyParts {
  readonly policy_id?: string;
  readonly policy_version?: string;
  readonly rules: readonly PolicyRule[];
  readonly classify: readonly ClassifyRule[];
  readonly scopes: readonly PolicyScope[];
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

/** A condition by its text; all that rules and classify rules have are there. */
export type ConditionsByText = ReadonlyMap<string, Condition>;

/** Orders, hashes, indexes and freezes a set of rules with distinct ids. */
export function compileSnapshot(parts: PolicyParts, conditions: ConditionsByText): PolicySnapshot {
  const rules = [...parts.rules].sort(byPrecedence);
  const classify = [...parts.classify].sort(byId);
  const scopes = [...parts.scopes].sort(byId);
  const set = deepFreeze({ ...parts, version: 'v1' as const, rules, classify, scopes });
  return Object.freeze({
    ...set,
    hash: hashOf(set),
    index: buildRuleIndex(rules),
    conditions: Object.freeze({
      rules: rules.map(({ when }) => conditionsOf(when, conditions)),
      classify: classify.map(({ when }) => conditionsOf(when, conditions)),
    }),
    classifiers: classify.map(({ match }) => classifyMatcher(match)),
  });
}

function conditionsOf(
  texts: readonly string[] | undefined,
  conditions: ConditionsByText,
): readonly Condition[] | undefined {
  return texts?.map((text) => {
    const condition = conditions.get(text);
    if (!condition) throw new TypeError('a condition was not compiled');
    return condition;
  });
}

/** Scopes and sets are part of the digest only where there are some. */
function hashOf({ scopes, sets, ...set }: PolicyParts): string {
  const text = canonicalize({
    ...set,
    ...(scopes.length > 0 && { scopes }),
    ...(Object.keys(sets).length > 0 && { sets }),
  });
  if (text === undefined) throw new TypeError('the policy set has no JSON form');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Of equally strict rules those that grant come first: one of them is what a job is allowed by. */
function byPrecedence(left: PolicyRule, right: PolicyRule): number {
  const byStrictness = STRICTNESS[right.decision] - STRICTNESS[left.decision];
  return byStrictness || Number(grants(right)) - Number(grants(left)) || byId(left, right);
}

const grants = ({ scope }: PolicyRule) => scope === undefined;

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  return Object.freeze(value);
}
