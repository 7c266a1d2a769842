import { createHash } from 'node:crypto';
import { OUTPUT_ACTIONS } from '@countersign/contracts';
import canonicalize from 'canonicalize';
import type { Condition } from '../cel/condition.js';
import { classifyMatcher } from '../classify/classify-matcher.js';
import { INPUT_ACTIONS, type InputRule, type OutputPolicy } from '../findings/finding-rule.js';
import { buildInputIndex } from '../input/input-index.js';
import { outputMatchers } from '../output/decide-output.js';
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
  readonly input: readonly InputRule[];
  readonly output: OutputPolicy;
}

/** A condition by its text; all that rules and classify rules have are there. */
export type ConditionsByText = ReadonlyMap<string, Condition>;

/** Orders, hashes, indexes and freezes a set of rules with distinct ids. */
export function compileSnapshot(parts: PolicyParts, conditions: ConditionsByText): PolicySnapshot {
  const rules = [...parts.rules].sort(byPrecedence);
  const classify = [...parts.classify].sort(byId);
  const scopes = [...parts.scopes].sort(byId);
  const input = [...parts.input].sort(byAction(INPUT_ACTIONS));
  const output = { ...parts.output, rules: [...parts.output.rules].sort(byAction(OUTPUT_ACTIONS)) };
  const { input: _input, output: _output, ...plain } = parts;
  // What a policy does not speak of has no member: such a policy has the digest that it always had.
  const set = deepFreeze({
    ...plain,
    version: 'v1' as const,
    rules,
    classify,
    scopes,
    ...(input.length > 0 && { input: { rules: input } }),
    ...((output.rules.length > 0 || output.regions.length > 0) && { output }),
  });
  return Object.freeze({
    ...set,
    hash: hashOf(set),
    index: buildRuleIndex(rules),
    conditions: Object.freeze({
      rules: rules.map(({ when }) => conditionsOf(when, conditions)),
      classify: classify.map(({ when }) => conditionsOf(when, conditions)),
    }),
    classifiers: classify.map(({ match }) => classifyMatcher(match)),
    inputs: buildInputIndex(input),
    outputs: outputMatchers(output.rules),
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
function hashOf({ scopes, sets, ...set }: Pick<PolicyParts, 'scopes' | 'sets'>): string {
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

/** The strictest action first, then by id. */
function byAction<A extends string>(mildestFirst: readonly A[]) {
  type Ruled = { readonly id: string; readonly action: A };
  return (left: Ruled, right: Ruled): number =>
    mildestFirst.indexOf(right.action) - mildestFirst.indexOf(left.action) || byId(left, right);
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  return Object.freeze(value);
}
