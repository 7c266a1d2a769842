import type { PolicyRule } from '@countersign/policy-engine';

/** What of a rule or a scope says whom it is about. */
interface About {
  readonly tenants?: readonly string[];
  readonly match?: Pick<PolicyRule['match'], 'tenants'>;
}

/** Whether a rule or a scope can be about a tenant's jobs. `tenant` undefined: whoever asks may know of all tenants. */
export function concerns({ tenants, match }: About, tenant: string | undefined): boolean {
  const named = tenants ?? match?.tenants;
  return tenant === undefined || named === undefined || named.includes(tenant);
}

/** What is told of a condition: a list of tenants is for those alone who may know of them. */
export function tellDetail(
  { match }: Pick<PolicyRule, 'match'>,
  condition: string,
  detail: string,
  tenant: string | undefined,
): string {
  const namesOthers =
    condition === 'tenants' || (condition === 'except' && match.except?.tenants !== undefined);
  return namesOthers && tenant !== undefined ? `has ${condition} that decide it` : detail;
}

/** A rule as one tenant may see it: without the names of the others. */
export function ownView(rule: PolicyRule, tenant: string | undefined): Omit<PolicyRule, 'scope'> {
  if (tenant === undefined) return rule;
  const { tenants, except, ...match } = rule.match;
  const others = except?.tenants?.filter((name) => name === tenant);
  return {
    ...withoutScopeName(rule, 'scope', tenant),
    match: {
      ...match,
      ...(tenants === undefined ? {} : { tenants: [tenant] }),
      ...(except === undefined
        ? {}
        : { except: { ...except, ...(others === undefined ? {} : { tenants: others }) } }),
    },
  };
}

/** Scopes are named by those they are about, so their names are for those alone who may know of all tenants. */
export function withoutScopeName<T extends object, K extends keyof T>(
  value: T,
  name: K,
  tenant: string | undefined,
): T | Omit<T, K> {
  if (tenant === undefined) return value;
  const { [name]: _, ...rest } = value;
  return rest;
}
