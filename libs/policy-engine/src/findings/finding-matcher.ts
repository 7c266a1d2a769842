import { names, type Names } from '../decide/names.js';
import { globMatches } from '../resource/resource-glob.js';
import { tokensMatch } from '../topic/topic-pattern.js';
import type { FindingMatch, FoundKind } from './finding-rule.js';

/** A job as far as rules about findings ask. */
export interface FindingPlace {
  /** The tokens of the topic. */
  readonly tokens: readonly string[];
  readonly tenantId: string;
  readonly agentId: string;
  /** The producer that the output goes to. */
  readonly destination?: string;
}

/** A compiled match. */
export interface FindingMatcher {
  /** Whether the rule has anything to say about a job. */
  readonly concerns: (place: FindingPlace) => boolean;
  /** Whether it has about a finding, in a job that it concerns. */
  readonly holds: (found: FoundKind) => boolean;
}

const ANY: Names = { has: () => true };
const listed = (list: readonly string[] | undefined): Names => (list ? names(list) : ANY);

/** Compiles a match. */
export function findingMatcher(match: FindingMatch): FindingMatcher {
  const topics = match.topics?.map((pattern) => pattern.split('.'));
  const tenants = listed(match.tenants);
  const agents = listed(match.agents);
  const { destinations } = match;
  const kinds = match.kinds?.map((kind) => kind.split('*'));
  const severities = listed(match.severities);
  return {
    concerns: ({ tokens, tenantId, agentId, destination }) =>
      (!topics || topics.some((pattern) => tokensMatch(pattern, tokens))) &&
      tenants.has(tenantId) &&
      agents.has(agentId) &&
      (!destinations || (destination !== undefined && destinations.includes(destination))),
    holds: ({ rule, kind, severity }) =>
      severities.has(severity) && (!kinds || kinds.some((parts) => isOfKind(parts, rule, kind))),
  };
}

function isOfKind(parts: readonly string[], rule: string, kind: string): boolean {
  if (parts.length === 1) return parts[0] === rule || parts[0] === kind;
  return globMatches(parts, rule);
}
