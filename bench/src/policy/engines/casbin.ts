import type { BenchJob, BenchRule } from '../data/rule.js';
import { importPeer } from '../peers.js';
import { effectOf, engine, type Engine } from './engine.js';

interface Enforcer {
  readonly addFunction: (name: string, test: (job: BenchJob, argument: string) => boolean) => Promise<void>;
  readonly addPolicies: (policies: readonly string[][]) => Promise<boolean>;
  readonly enforceSync: (job: BenchJob) => boolean;
}
interface Casbin {
  readonly newModelFromString: (text: string) => object;
  readonly newEnforcer: (model: object) => Promise<Enforcer>;
}

const MODEL = `
[request_definition]
r = job
[policy_definition]
p = id, team, kind, verb, tenant, env, tags, when, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.team == '*' || r.job.team == p.team) && (p.kind == '*' || r.job.kind == p.kind) && \
(p.verb == '*' || r.job.verb == p.verb) && (p.tenant == '*' || r.job.tenant == p.tenant) && \
(p.env == '*' || r.job.env == p.env) && (p.tags == '*' || tagsFit(r.job, p.tags)) && \
(p.when == '*' || conditionHolds(r.job, p.when))
`;

const policyOf = (rule: BenchRule): string[] => [
  rule.id,
  rule.team ?? '*',
  rule.kind ?? '*',
  rule.verb ?? '*',
  rule.tenant ?? '*',
  rule.env ?? '*',
  rule.anyTag || rule.allTags || rule.noTag ? rule.id : '*',
  rule.when ? rule.id : '*',
  rule.effect,
];

/** Names are compared by the matcher; tags and conditions by functions of our own, with the rule's lists at hand. */
export async function loadCasbin(rules: readonly BenchRule[]): Promise<Engine> {
  const { newEnforcer, newModelFromString } = await importPeer<Casbin>('casbin');
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const enforcer = await newEnforcer(newModelFromString(MODEL));
  await enforcer.addFunction('tagsFit', ({ tags }, id) => {
    const { anyTag, allTags, noTag } = byId.get(id) ?? {};
    const has = (tag: string) => tags.includes(tag);
    return (!anyTag || anyTag.some(has)) && (!allTags || allTags.every(has)) && (!noTag || !noTag.some(has));
  });
  await enforcer.addFunction('conditionHolds', ({ amount, region }, id) => {
    const when = byId.get(id)?.when;
    return when !== undefined && amount > when.over && when.regions.includes(region);
  });
  await enforcer.addPolicies(rules.map(policyOf));
  return engine<BenchJob>({ ask: (job) => job, decide: (job) => effectOf(enforcer.enforceSync(job)) });
}
