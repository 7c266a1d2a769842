import type { RuleMatch, TagCondition } from '../policy-rule.js';
import type { MatchContext } from './match-context.js';

/** Whether everything but the topic matches; the index has matched the topic already. */
export type RuleMatcher = (context: MatchContext) => boolean;

/** Compiles the conditions of a rule. Absent conditions hold. */
export function ruleMatcher(match: RuleMatch): RuleMatcher {
  const checks: RuleMatcher[] = [];
  const { tenants, agents, capabilities, labels, risk_tags: tags } = match;
  if (tenants) checks.push(isOneOf(tenants, (context) => context.tenantId));
  if (agents) checks.push(isOneOf(agents, (context) => context.agentId));
  if (capabilities) checks.push((context) => capabilities.some((name) => context.capabilities.has(name)));
  if (labels) checks.push((context) => labels.every(([name, value]) => hasLabel(context, name, value)));
  if (tags) checks.push((context) => tagsMatch(tags, context.tags));
  return (context) => checks.every((check) => check(context));
}

function isOneOf(list: readonly string[], read: (context: MatchContext) => string): RuleMatcher {
  const members = new Set(list);
  return (context) => members.has(read(context));
}

function hasLabel(context: MatchContext, name: string, value: string): boolean {
  return Object.hasOwn(context.labels, name) && context.labels[name] === value;
}

function tagsMatch(condition: TagCondition, tags: ReadonlySet<string>): boolean {
  const has = (tag: string) => tags.has(tag);
  if (condition.untagged && tags.size > 0) return false;
  if (condition.any && !condition.any.some(has)) return false;
  if (condition.all && !condition.all.every(has)) return false;
  return !condition.none?.some(has);
}
