import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { buildRuleIndex } from '../decide/rule-index.js';
import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { STRICTNESS } from '../vocabulary.js';

/** Orders, hashes, indexes and freezes a set of rules with distinct ids. */
export function compileSnapshot(
  rules: readonly PolicyRule[],
  classify: readonly ClassifyRule[],
): PolicySnapshot {
  const ordered = [...rules].sort(byPrecedence);
  const orderedClassify = [...classify].sort(byId);
  const set = deepFreeze({ version: 'v1' as const, rules: ordered, classify: orderedClassify });
  return Object.freeze({ ...set, hash: hashOf(set), index: buildRuleIndex(ordered) });
}

function hashOf(set: object): string {
  const text = canonicalize(set);
  if (text === undefined) throw new TypeError('the policy set has no JSON form');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function byPrecedence(left: PolicyRule, right: PolicyRule): number {
  return STRICTNESS[right.decision] - STRICTNESS[left.decision] || byId(left, right);
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  return Object.freeze(value);
}
