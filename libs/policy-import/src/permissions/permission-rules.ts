import { idPart } from '../source/grammar.js';
import type { NativeEntry, NativeSection } from '../write/native-policy.js';
import type { GatewayRoute, Permission, PermissionFile } from './read-permissions.js';

/** A route and the topics behind it. */
export interface ResolvedRoute extends GatewayRoute {
  readonly topics: readonly string[];
}

/** The rules of a permission manifest: each permission allows, and what no permission covers is denied. */
export function manifestRules(
  agent: string,
  permissions: readonly Permission[],
  denied: readonly string[],
): readonly NativeEntry[] {
  const prefix = idPart(agent);
  const actions = [...new Set(permissions.flatMap((permission) => permission.actions))].sort();
  const everywhere = { topics: ['job.>'], agents: [agent] };
  const rules: NativeEntry[] = [];
  if (denied.length > 0) {
    rules.push({
      comment: 'denied_actions',
      value: {
        id: `${prefix}.1-denied`,
        match: { ...everywhere, actions: [...denied] },
        decision: 'deny',
        reason: `The action is denied to ${agent}`,
        reason_code: 'blacklisted',
      },
    });
  }
  rules.push({
    comment: 'An action that no permission names.',
    value: {
      id: `${prefix}.2-not-permitted`,
      match: actions.length > 0 ? { ...everywhere, except: { actions } } : everywhere,
      decision: 'deny',
      reason: `${agent} has no permission for the action`,
      reason_code: 'not_allowlisted',
    },
  });
  for (const action of actions) {
    const resources = resourcesOf(permissions, action);
    if (resources === 'any') continue;
    rules.push({
      comment: `${action} anywhere else than the permissions say.`,
      value: {
        id: `${prefix}.3-elsewhere-${action}`,
        match: { ...everywhere, actions: [action], except: { resources: [...resources] } },
        decision: 'deny',
        reason: `${agent} has no permission for the resource`,
        reason_code: 'not_allowlisted',
      },
    });
  }
  for (const [at, { node, actions: own, resources }] of permissions.entries()) {
    rules.push({
      comment: `permissions[${at}] (line ${node.place.line})`,
      value: {
        id: `${prefix}.4-permission-${at + 1}`,
        match: {
          agents: [agent],
          actions: [...own],
          ...(resources !== 'any' && { resources: [...resources] }),
        },
        decision: 'allow',
        reason: `${agent} has the permission`,
      },
    });
  }
  return rules;
}

/** Where an action is permitted. */
export function resourcesOf(permissions: readonly Permission[], action: string): readonly string[] | 'any' {
  const of = permissions.filter(({ actions }) => actions.includes(action)).map(({ resources }) => resources);
  return of.includes('any') ? 'any' : [...new Set(of.flat())].sort();
}

/** The tier map, in the short form of the language. */
export function tierSection(
  { tiers }: PermissionFile,
  topics: readonly string[],
  name: string,
): NativeSection | undefined {
  if (!tiers) return undefined;
  const actions = Object.fromEntries([...tiers].map(([action, { tier }]) => [action, tier]));
  return {
    key: 'tiers',
    entries: [
      {
        comment: 'The tier map. An action that is not listed is tier 4.',
        value: { id: name, topics: [...topics], actions },
      },
    ],
  };
}

/** The rules of gateway routes: what comes through one is allowed at its rate. */
export function routeRules(routes: readonly ResolvedRoute[]): readonly NativeEntry[] {
  return routes.map(({ node, path, rate, burst, topics }, at) => ({
    comment: `routes[${at}] (line ${node.place.line}): ${path}`,
    value: {
      id: `route-${at + 1}`,
      match: { topics: [...topics] },
      decision: rate === undefined ? 'allow' : 'throttle',
      ...(rate !== undefined && {
        throttle: { rate, ...(burst !== undefined && { burst }), key: 'agent', on_excess: 'reject' },
      }),
      reason: `The route ${path}`,
    },
  }));
}
