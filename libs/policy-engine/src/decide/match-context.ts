import { normaliseResource } from '../resource/normalise-resource.js';
import { EvaluationFault } from './evaluation-fault.js';
import type { PolicyRequest } from './policy-request.js';

/** A request as the matchers see it: names in their normal form, tags asserted and derived together. */
export interface MatchContext {
  readonly topic: string;
  /** The tokens of the topic. */
  readonly tokens: readonly string[];
  readonly tenantId: string;
  readonly agentId: string;
  /** Lower case: the job's own name for what it does, or the last token of its topic. */
  readonly action: string;
  /** The segments of the normalised resource; undefined if the job names none. */
  readonly resource: readonly string[] | undefined;
  readonly tags: readonly string[];
  readonly capabilities: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Derived tags join the asserted ones; nothing that a client sends takes one away. */
export function matchContext(
  request: PolicyRequest,
  tokens: readonly string[],
  derivedTags: readonly string[],
): MatchContext {
  return {
    topic: request.topic,
    tokens,
    tenantId: request.tenantId,
    agentId: request.agentId,
    action: actionOf(request, tokens),
    resource: resourceOf(request)?.split('/'),
    tags: derivedTags.length === 0 ? request.riskTags : [...new Set([...request.riskTags, ...derivedTags])],
    capabilities: request.capabilities,
    labels: request.labels,
  };
}

/** What a job does, in the form in which rules name it. */
export function actionOf({ action }: Pick<PolicyRequest, 'action'>, tokens: readonly string[]): string {
  return action === undefined ? (tokens[tokens.length - 1] ?? '') : action.toLowerCase();
}

/**
 * What a job works on, in the form in which rules name it; undefined if it names nothing.
 * Throws {@link EvaluationFault} for one that could be read as two different things.
 */
export function resourceOf({ resource }: Pick<PolicyRequest, 'resource'>): string | undefined {
  if (resource === undefined) return undefined;
  const normal = normaliseResource(resource);
  if ('fault' in normal) throw new EvaluationFault(`the resource ${normal.fault}`);
  return normal.name;
}
