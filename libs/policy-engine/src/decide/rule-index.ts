import type { PolicyRule } from '../policy-rule.js';
import { TopicTrie } from '../topic/topic-trie.js';
import type { MatchContext } from './match-context.js';
import { Fit, fitOf, ruleMatcher, type RuleMatcher } from './match-rule.js';
import { FACT_KINDS, FactKind, labelName, requiredFacts, type Fact } from './rule-facts.js';

/** Rules by the name of one kind of fact. */
type ByName = Map<string, number[]>;

/** Rules under one topic pattern: some to look at always, the others only for a job with a certain fact. */
interface Bucket {
  readonly always: number[];
  readonly byFact: (ByName | undefined)[];
}

const emptyBucket = (): Bucket => ({
  always: [],
  byFact: Array.from({ length: FACT_KINDS }, () => undefined),
});
/** A rule without topics is filed under the pattern that matches every topic. */
const ANY_TOPIC: readonly string[] = ['>'];

/** Positions of rules, ascending. */
export interface Candidates {
  /** Everything but their conditions (`when`) holds. */
  readonly fitting: readonly number[];
  /** The same, if the job named what they ask for and it does not name. */
  readonly doubtful: readonly number[];
}

/** Finds the rules that match a request without looking at those that can't. */
export interface RuleIndex {
  readonly matching: (context: MatchContext) => Candidates;
}

/**
 * Files each rule by topic pattern and then by its rarest required fact (a tag, tenant, agent, action, label, capability
 * or part of a resource), so that neither many topics nor many rules on one topic make a decision dearer.
 */
export function buildRuleIndex(rules: readonly PolicyRule[]): RuleIndex {
  const trie = new TopicTrie<Bucket>();
  const choices = rules.map(requiredFacts);
  const uses = countUses(choices);
  for (const [position, rule] of rules.entries()) {
    const facts = rarest(choices[position] ?? [], uses);
    for (const pattern of rule.match.topics ?? ANY_TOPIC)
      file(trie.at(pattern, emptyBucket), facts, position);
  }
  const matchers = rules.map(ruleMatcher);
  return { matching: (context) => new Search(matchers, context).through(trie) };
}

/** One look-up. A rule filed under several patterns or facts may come by more than once. */
class Search {
  private readonly fitting: number[] = [];
  private readonly doubtful: number[] = [];

  constructor(
    private readonly matchers: readonly RuleMatcher[],
    private readonly context: MatchContext,
  ) {}

  through(trie: TopicTrie<Bucket>): Candidates {
    for (const bucket of trie.matching(this.context.tokens)) this.look(bucket);
    return { fitting: ordered(this.fitting), doubtful: ordered(this.doubtful) };
  }

  private look({ always, byFact }: Bucket): void {
    const { context } = this;
    if (always.length > 0) this.test(always);
    this.testNamed(byFact[FactKind.Tenant], context.tenantId);
    this.testNamed(byFact[FactKind.Agent], context.agentId);
    this.testNamed(byFact[FactKind.Action], context.action);
    const tags = byFact[FactKind.Tag];
    if (tags) for (const tag of context.tags) this.testNamed(tags, tag);
    if (context.tags.length === 0) this.testNamed(byFact[FactKind.Untagged], '');
    const capabilities = byFact[FactKind.Capability];
    if (capabilities) for (const name of context.capabilities) this.testNamed(capabilities, name);
    const labels = byFact[FactKind.Label];
    if (labels) this.testLabels(labels);
    const absent = byFact[FactKind.NoLabel];
    if (absent) this.testAbsent(absent);
    const resources = byFact[FactKind.Resource];
    if (!context.resource) this.testNamed(byFact[FactKind.NoResource], '');
    else if (resources) this.testResource(resources, context.resource);
  }

  private testLabels(labels: ByName): void {
    const given = this.context.labels;
    for (const name of Object.keys(given)) this.testNamed(labels, labelName(name, given[name] ?? ''));
  }

  private testAbsent(absent: ByName): void {
    for (const [name, positions] of absent)
      if (!Object.hasOwn(this.context.labels, name)) this.test(positions);
  }

  private testResource(resources: ByName, segments: readonly string[]): void {
    let prefix = '';
    for (let at = 0; at < segments.length; at++) {
      prefix = at === 0 ? (segments[0] ?? '') : `${prefix}/${segments[at] ?? ''}`;
      this.testNamed(resources, prefix);
    }
  }

  private testNamed(rules: ByName | undefined, name: string): void {
    const positions = rules?.get(name);
    if (positions) this.test(positions);
  }

  private test(positions: readonly number[]): void {
    for (const position of positions) {
      const matcher = this.matchers[position];
      if (!matcher) continue;
      const fit = fitOf(matcher, this.context);
      if (fit === Fit.Yes) this.fitting.push(position);
      else if (fit === Fit.Doubt) this.doubtful.push(position);
    }
  }
}

/** Ascending and without doubles. Mostly a handful, so they are put in place one by one. */
function ordered(positions: number[]): readonly number[] {
  if (positions.length < 2) return positions;
  if (positions.length > 32) return [...new Set(positions)].sort((left, right) => left - right);
  let length = 0;
  for (const position of positions) {
    let at = length;
    while (at > 0 && (positions[at - 1] ?? 0) > position) at -= 1;
    if (at > 0 && positions[at - 1] === position) continue;
    positions.copyWithin(at + 1, at, length);
    positions[at] = position;
    length += 1;
  }
  positions.length = length;
  return positions;
}

const keyOf = ({ kind, name }: Fact) => `${kind} ${name}`;

function countUses(choices: readonly Fact[][][]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const facts of choices)
    for (const fact of facts.flat()) uses.set(keyOf(fact), (uses.get(keyOf(fact)) ?? 0) + 1);
  return uses;
}

function rarest(choices: readonly Fact[][], uses: ReadonlyMap<string, number>): readonly Fact[] {
  let best: readonly Fact[] = [];
  let bestUse = Infinity;
  for (const facts of choices) {
    const use = facts.reduce((most, fact) => Math.max(most, uses.get(keyOf(fact)) ?? 0), 0);
    if (use < bestUse) [best, bestUse] = [facts, use];
  }
  return best;
}

function file(bucket: Bucket, facts: readonly Fact[], position: number): void {
  if (facts.length === 0) bucket.always.push(position);
  for (const { kind, name } of facts) {
    const byName = (bucket.byFact[kind] ??= new Map<string, number[]>());
    const positions = byName.get(name);
    if (positions) positions.push(position);
    else byName.set(name, [position]);
  }
}
