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

/** Everything that a rule asks of a job but its expressions, in order. What it does not ask is left out. */
export function lookAt({ match, decision }: PolicyRule, facts: Facts): Looked[] {
  const looked: Looked[] = [];
  const look = (condition: Looked['condition'], outcome: Outcome) => looked.push({ condition, outcome });

  if (match.topics) look('topics', known(match.topics.some((pattern) => topicFits(pattern, facts.topic))));
  if (match.tenants) look('tenants', known(match.tenants.includes(facts.tenantId)));
  if (match.agents) look('agents', known(match.agents.includes(facts.agentId)));
  if (match.actions) look('actions', known(match.actions.some((glob) => nameFits(glob, facts.action))));
  if (match.resources) look('resources', resourceOutcome(match.resources, facts));
  if (match.capabilities)
    look('capabilities', known(match.capabilities.some((name) => facts.capabilities.includes(name))));
  const { capabilities_outside: inside } = match;
  if (inside) look('capabilities_outside', known(facts.capabilities.some((name) => !inside.includes(name))));
  if (match.labels) look('labels', labelsOutcome(match.labels, facts));
  if (match.risk_tags) look('risk_tags', known(tagsFit(match.risk_tags, facts.tags)));
  if (match.except) look('except', known(!isExcepted(match.except, facts, decision === Decision.Allow)));
  return looked;
}

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
