import type { PolicyRequest } from './policy-request.js';

/** A request as the matchers see it: tags asserted and derived together, lists as sets. */
export interface MatchContext {
  readonly topic: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly tags: ReadonlySet<string>;
  readonly capabilities: ReadonlySet<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Derived tags join the asserted ones; nothing that a client sends takes one away. */
export function matchContext(request: PolicyRequest, derivedTags: readonly string[]): MatchContext {
  return {
    topic: request.topic,
    tenantId: request.tenantId,
    agentId: request.agentId,
    tags: new Set([...request.riskTags, ...derivedTags]),
    capabilities: new Set(request.capabilities),
    labels: request.labels,
  };
}
