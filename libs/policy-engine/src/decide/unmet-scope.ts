import type { PolicyRule, PolicyScope } from '../policy-rule.js';
import type { PolicyRequest } from './policy-request.js';

/** The first scope that lists what is allowed, concerns the request, and has no rule among those that match. */
export function unmetScope(
  scopes: readonly PolicyScope[],
  { tenantId, agentId }: Pick<PolicyRequest, 'tenantId' | 'agentId'>,
  matched: readonly PolicyRule[],
): PolicyScope | undefined {
  return scopes.find(
    ({ id, tenants, agents, default: byDefault }) =>
      byDefault === 'deny' &&
      (!tenants || tenants.includes(tenantId)) &&
      (!agents || agents.includes(agentId)) &&
      !matched.some(({ scope }) => scope === id),
  );
}
