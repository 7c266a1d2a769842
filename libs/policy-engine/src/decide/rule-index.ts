import type { PolicyRule, RuleMatch } from '../policy-rule.js';
import { TopicTrie } from '../topic/topic-trie.js';
import type { MatchContext } from './match-context.js';
import { ruleMatcher, type RuleMatcher } from './match-rule.js';

/** Rules under one topic pattern: some to look at always, the others only when the request has a certain fact. */
interface Bucket {
  readonly always: number[];
  readonly byFact: Map<string, number[]>;
}

const emptyBucket = (): Bucket => ({ always: [], byFact: new Map() });
/** A rule without topics is filed under the pattern that matches every topic. */
const ANY_TOPIC: readonly string[] = ['>'];

/** Finds the rules that match a request without looking at those that can't. */
export interface RuleIndex {
  /** Positions of all rules that match, ascending. */
  readonly matching: (context: MatchContext) => readonly number[];
}

/**
 * Files each rule by topic pattern and then by its rarest required fact (a tag, tenant, agent, label or capability), so
 * that neither many topics nor many rules on one topic make a decision dearer.
 */
export function buildRuleIndex(rules: readonly PolicyRule[]): RuleIndex {
  const trie = new TopicTrie<Bucket>();
  const matchers: RuleMatcher[] = rules.map((rule) => ruleMatcher(rule.match));
  const choices = rules.map((rule) => requiredFacts(rule.match));
  const uses = countUses(choices);
  for (const [position, rule] of rules.entries()) {
    const facts = rarest(choices[position] ?? [], uses);
    for (const pattern of rule.match.topics ?? ANY_TOPIC)
      file(trie.at(pattern, emptyBucket), facts, position);
  }
  return { matching: (context) => findMatching(trie, matchers, context) };
}

function findMatching(
  trie: TopicTrie<Bucket>,
  matchers: readonly RuleMatcher[],
  context: MatchContext,
): number[] {
  const facts = factsOf(context);
  const found = new Set<number>();
  const test = (positions: readonly number[]) => {
    for (const position of positions) {
      if (!found.has(position) && matchers[position]?.(context)) found.add(position);
    }
  };
  trie.visit(context.topic, (bucket) => {
    test(bucket.always);
    if (bucket.byFact.size === 0) return;
    for (const fact of facts) {
      const positions = bucket.byFact.get(fact);
      if (positions) test(positions);
    }
  });
  return [...found].sort((left, right) => left - right);
}

const UNTAGGED = 'untagged';
const tagFact = (tag: string) => `tag ${tag}`;
const tenantFact = (tenant: string) => `tenant ${tenant}`;
const agentFact = (agent: string) => `agent ${agent}`;
const capabilityFact = (name: string) => `capability ${name}`;
const labelFact = (name: string, value: string) => `label ${name} ${value}`;

function factsOf(context: MatchContext): string[] {
  return [
    tenantFact(context.tenantId),
    agentFact(context.agentId),
    ...(context.tags.size === 0 ? [UNTAGGED] : [...context.tags].map(tagFact)),
    ...[...context.capabilities].map(capabilityFact),
    ...Object.entries(context.labels).map(([name, value]) => labelFact(name, value)),
  ];
}

/** Each entry is a set of facts of which a matching request has at least one. */
function requiredFacts(match: RuleMatch): string[][] {
  const choices: string[][] = [];
  if (match.tenants) choices.push(match.tenants.map(tenantFact));
  if (match.agents) choices.push(match.agents.map(agentFact));
  if (match.capabilities) choices.push(match.capabilities.map(capabilityFact));
  for (const [name, value] of match.labels ?? []) choices.push([labelFact(name, value)]);
  if (match.risk_tags?.untagged) choices.push([UNTAGGED]);
  if (match.risk_tags?.any) choices.push(match.risk_tags.any.map(tagFact));
  for (const tag of match.risk_tags?.all ?? []) choices.push([tagFact(tag)]);
  return choices;
}

function countUses(choices: readonly string[][][]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const fact of choices.flat(2)) uses.set(fact, (uses.get(fact) ?? 0) + 1);
  return uses;
}

function rarest(choices: readonly string[][], uses: ReadonlyMap<string, number>): readonly string[] {
  let best: readonly string[] = [];
  let bestUse = Infinity;
  for (const facts of choices) {
    const use = facts.reduce((most, fact) => Math.max(most, uses.get(fact) ?? 0), 0);
    if (use < bestUse) [best, bestUse] = [facts, use];
  }
  return best;
}

function file(bucket: Bucket, facts: readonly string[], position: number): void {
  if (facts.length === 0) bucket.always.push(position);
  for (const fact of facts) {
    const positions = bucket.byFact.get(fact);
    if (positions) positions.push(position);
    else bucket.byFact.set(fact, [position]);
  }
}
