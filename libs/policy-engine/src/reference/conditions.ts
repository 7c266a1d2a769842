import type { MatchException, PolicyRule, RuleMatch, TagCondition } from '../policy-rule.js';
import { Decision } from '../vocabulary.js';
import type { Facts } from './facts.js';
import { nameFits, resourceFits } from './match-glob.js';
import { topicFits } from './match-topic.js';

/** The conditions of a rule, in the order in which they are looked at. */
export type ConditionName = keyof RuleMatch | 'when';

/** `unknown`: it asks for something that the job does not name at all. */
export type Outcome = 'holds' | 'fails' | 'unknown';

/** One condition of a rule and what became of it. */
export interface Looked {
  readonly condition: Exclude<ConditionName, 'when'>;
  readonly outcome: Outcome;
}

const known = (holds: boolean): Outcome => (holds ? 'holds' : 'fails');

/** Everything that a rule asks of a job but its expressions, one after the other. What it does not ask is left out. */
export function* lookAt({ match, decision }: PolicyRule, facts: Facts): Generator<Looked, undefined> {
  const { topics, tenants, agents, actions, resources, capabilities, labels, risk_tags, except } = match;
  const { capabilities_outside: inside } = match;
  if (topics) yield told('topics', known(topics.some((pattern) => topicFits(pattern, facts.topic))));
  if (tenants) yield told('tenants', known(tenants.includes(facts.tenantId)));
  if (agents) yield told('agents', known(agents.includes(facts.agentId)));
  if (actions) yield told('actions', known(actions.some((glob) => nameFits(glob, facts.action))));
  if (resources) yield told('resources', resourceOutcome(resources, facts));
  if (capabilities)
    yield told('capabilities', known(capabilities.some((name) => facts.capabilities.includes(name))));
  if (inside)
    yield told('capabilities_outside', known(facts.capabilities.some((name) => !inside.includes(name))));
  if (labels) yield told('labels', labelsOutcome(labels, facts));
  if (risk_tags) yield told('risk_tags', known(tagsFit(risk_tags, facts.tags)));
  if (except) yield told('except', known(!isExcepted(except, facts, decision === Decision.Allow)));
}

const told = (condition: Looked['condition'], outcome: Outcome): Looked => ({ condition, outcome });

function resourceOutcome(globs: readonly string[], { resource }: Facts): Outcome {
  if (resource === undefined) return 'unknown';
  return known(globs.some((glob) => resourceFits(glob, resource)));
}

function labelsOutcome(wanted: NonNullable<RuleMatch['labels']>, { labels }: Facts): Outcome {
  const outcomes = wanted.map(([name, value]): Outcome =>
    Object.hasOwn(labels, name) ? known(labels[name] === value) : 'unknown',
  );
  if (outcomes.includes('fails')) return 'fails';
  return outcomes.includes('unknown') ? 'unknown' : 'holds';
}

function tagsFit({ untagged, any, all, none }: TagCondition, tags: readonly string[]): boolean {
  if (untagged && tags.length > 0) return false;
  if (any && !any.some((tag) => tags.includes(tag))) return false;
  if (all && !all.every((tag) => tags.includes(tag))) return false;
  return !none?.some((tag) => tags.includes(tag));
}

/**
 * Whether one part of an exception holds. A job that names no resource might be any of those excepted: that takes it out
 * of an allow and keeps it in everything that restricts.
 */
function isExcepted(except: MatchException, facts: Facts, allows: boolean): boolean {
  const { topics, tenants, agents, actions, resources } = except;
  const { resource } = facts;
  if (topics?.some((pattern) => topicFits(pattern, facts.topic))) return true;
  if (tenants?.includes(facts.tenantId)) return true;
  if (agents?.includes(facts.agentId)) return true;
  if (actions?.some((glob) => nameFits(glob, facts.action))) return true;
  if (resources === undefined) return false;
  return resource === undefined ? allows : resources.some((glob) => resourceFits(glob, resource));
}
