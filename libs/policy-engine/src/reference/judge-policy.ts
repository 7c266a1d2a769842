import { ConditionInput } from '../cel/condition-input.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { factsOf } from './facts.js';
import { judgeClassify, type ClassifyJudgement } from './judge-classify.js';
import { judgeRule, type Judgement } from './judge-rule.js';

/** Every rule of a policy judged for one request, in the snapshot's order. */
export interface PolicyJudgement {
  readonly classify: readonly ClassifyJudgement[];
  /** Sorted. */
  readonly derivedTags: readonly string[];
  /** Empty if a classify rule has no answer: then the tags are not known, and so neither is what a rule would say. */
  readonly rules: readonly Judgement[];
}

/** Judges every rule, one after the other. Throws if the request is not well-formed. */
export function judgePolicy(snapshot: PolicySnapshot, request: PolicyRequest): PolicyJudgement {
  const facts = factsOf(request);
  const tokens = request.topic.split('.');
  const inputWith = (tags: readonly string[]) => {
    let input: ConditionInput | undefined;
    return () => (input ??= new ConditionInput(request, tokens, snapshot.sets).withTags(tags));
  };
  const claimed = inputWith(facts.tags);
  const classify = snapshot.classify.map((rule, at) =>
    judgeClassify(rule, snapshot.conditions.classify[at] ?? [], request, claimed),
  );
  const added = snapshot.classify.flatMap(({ add_tags }, at) => (classify[at]?.matched ? add_tags : []));
  const derivedTags = [...new Set(added)].sort();
  if (classify.some((judgement) => 'fault' in judgement)) return { classify, derivedTags: [], rules: [] };
  const tags = [...new Set([...facts.tags, ...derivedTags])];
  const input = inputWith(tags);
  const rules = snapshot.rules.map((rule, at) =>
    judgeRule(rule, snapshot.conditions.rules[at] ?? [], { ...facts, tags }, input),
  );
  return { classify, derivedTags, rules };
}
