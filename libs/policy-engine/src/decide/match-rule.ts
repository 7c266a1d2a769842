import type { MatchException, PolicyRule, TagCondition } from '../policy-rule.js';
import { resourceGlob, resourceMatches, type ResourceGlob } from '../resource/resource-glob.js';
import { tokensMatch } from '../topic/topic-pattern.js';
import { Decision } from '../vocabulary.js';
import type { MatchContext } from './match-context.js';
import { actionNames, names, type Names } from './names.js';

/** Whether a rule's match holds; `Doubt`: it would, but it asks for something that the job does not name at all. */
export const Fit = { No: 0, Yes: 1, Doubt: 2 } as const;
export type Fit = (typeof Fit)[keyof typeof Fit];

interface CompiledException {
  readonly topics: readonly (readonly string[])[];
  readonly tenants: Names | undefined;
  readonly agents: Names | undefined;
  readonly actions: Names | undefined;
  readonly resources: readonly ResourceGlob[];
}

/** Everything that a rule asks of a job but the topic; the index has matched the topic already. */
export interface RuleMatcher {
  readonly restricts: boolean;
  readonly tenants: Names | undefined;
  readonly agents: Names | undefined;
  readonly actions: Names | undefined;
  readonly resources: readonly ResourceGlob[] | undefined;
  readonly capabilities: Names | undefined;
  readonly inside: Names | undefined;
  readonly labels: readonly (readonly [name: string, value: string])[] | undefined;
  readonly tags: TagCondition | undefined;
  readonly except: CompiledException | undefined;
}

/** Compiles the match of a rule. Absent conditions hold. */
export function ruleMatcher({ decision, match }: Pick<PolicyRule, 'decision' | 'match'>): RuleMatcher {
  return {
    restricts: decision !== Decision.Allow,
    tenants: match.tenants && names(match.tenants),
    agents: match.agents && names(match.agents),
    actions: match.actions && actionNames(match.actions),
    resources: match.resources?.map(resourceGlob),
    capabilities: match.capabilities && names(match.capabilities),
    inside: match.capabilities_outside && names(match.capabilities_outside),
    labels: match.labels,
    tags: match.risk_tags,
    except: match.except && exceptionOf(match.except),
  };
}

function exceptionOf({ topics, tenants, agents, actions, resources }: MatchException): CompiledException {
  return {
    topics: topics?.map((pattern) => pattern.split('.')) ?? [],
    tenants: tenants && names(tenants),
    agents: agents && names(agents),
    actions: actions && actionNames(actions),
    resources: resources?.map(resourceGlob) ?? [],
  };
}

/** Whether a job fits a rule in everything but the topic. */
export function fitOf(rule: RuleMatcher, context: MatchContext): Fit {
  if (rule.tenants && !rule.tenants.has(context.tenantId)) return Fit.No;
  if (rule.agents && !rule.agents.has(context.agentId)) return Fit.No;
  if (rule.actions && !rule.actions.has(context.action)) return Fit.No;
  if (rule.capabilities && !anyIn(context.capabilities, rule.capabilities)) return Fit.No;
  if (rule.inside && allIn(context.capabilities, rule.inside)) return Fit.No;
  if (rule.tags && !tagsFit(rule.tags, context.tags)) return Fit.No;
  let fit: Fit = Fit.Yes;
  if (rule.labels) {
    for (const [name, value] of rule.labels) {
      if (!Object.hasOwn(context.labels, name)) fit = Fit.Doubt;
      else if (context.labels[name] !== value) return Fit.No;
    }
  }
  if (rule.resources) {
    if (!context.resource) fit = Fit.Doubt;
    else if (!anyResource(rule.resources, context.resource)) return Fit.No;
  }
  if (fit === Fit.Doubt && !rule.restricts) return Fit.No;
  return rule.except && isExcepted(rule.except, context, rule.restricts) ? Fit.No : fit;
}

/**
 * Whether one part of an exception holds. A job that names no resource is not taken out of a rule that restricts, and
 * is taken out of one that allows: leaving the resource out helps neither way.
 */
function isExcepted(except: CompiledException, context: MatchContext, restricts: boolean): boolean {
  for (const pattern of except.topics) if (tokensMatch(pattern, context.tokens)) return true;
  if (except.tenants?.has(context.tenantId)) return true;
  if (except.agents?.has(context.agentId)) return true;
  if (except.actions?.has(context.action)) return true;
  if (except.resources.length === 0) return false;
  return context.resource ? anyResource(except.resources, context.resource) : !restricts;
}

function anyIn(have: readonly string[], wanted: Names): boolean {
  for (const name of have) if (wanted.has(name)) return true;
  return false;
}

function allIn(have: readonly string[], wanted: Names): boolean {
  for (const name of have) if (!wanted.has(name)) return false;
  return true;
}

function anyResource(globs: readonly ResourceGlob[], segments: readonly string[]): boolean {
  for (const glob of globs) if (resourceMatches(glob, segments)) return true;
  return false;
}

function tagsFit({ untagged, any, all, none }: TagCondition, tags: readonly string[]): boolean {
  if (untagged && tags.length > 0) return false;
  if (any && !shareOne(any, tags)) return false;
  if (all) for (const tag of all) if (!tags.includes(tag)) return false;
  return !none || !shareOne(none, tags);
}

function shareOne(left: readonly string[], right: readonly string[]): boolean {
  for (const name of right) if (left.includes(name)) return true;
  return false;
}
