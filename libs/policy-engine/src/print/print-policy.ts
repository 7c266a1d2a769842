import type { FindingMatch, InputRule, OutputPolicy, OutputRule } from '../findings/finding-rule.js';
import {
  NO_GRANT,
  type ClassifyRule,
  type PolicyRule,
  type PolicyScope,
  type RuleMatch,
} from '../policy-rule.js';
import type { PolicySource } from '../policy-source.js';
import { classifyBody, findingRuleBody, present, ruleBody, type Body } from './rule-body.js';
import { writeYaml } from './write-yaml.js';

/** What of a snapshot can be written down. */
export interface PrintablePolicy {
  readonly rules: readonly PolicyRule[];
  readonly classify?: readonly ClassifyRule[];
  readonly scopes?: readonly PolicyScope[];
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly policy_id?: string;
  readonly policy_version?: string;
  readonly input?: { readonly rules: readonly InputRule[] };
  readonly output?: OutputPolicy;
}

/** A compiled rule as YAML, for people: an entry of `rules`. */
export function printRule(rule: PolicyRule): string {
  return writeYaml([ruleBody(rule)]);
}

/**
 * A compiled policy as the files of a bundle, one for what concerns everybody and one for each scope: loading them gives
 * the same snapshot. Short forms are gone: what is printed are the rules that came of them. Tests are no part of it.
 */
export function printPolicy(policy: PrintablePolicy): PolicySource[] {
  const { classify = [], sets = {}, scopes = [] } = policy;
  const wide = policy.rules.filter(({ scope }) => scope === undefined || scope === NO_GRANT);
  const main: Body = present({
    version: 'v1',
    policy_id: policy.policy_id,
    policy_version: policy.policy_version,
    sets: Object.keys(sets).length > 0 ? sets : undefined,
    classify: classify.length > 0 ? classify.map(classifyBody) : undefined,
    rules: wide.length > 0 ? wide.map(ruleBody) : undefined,
    ...findingBodies(policy, undefined),
  });
  const scoped = scopes.map((scope, at) => {
    const file = `scope-${at + 1}.yaml`;
    return { file, text: writeYaml(scopeBody(file, scope, policy)) };
  });
  const isEmpty = Object.keys(main).length === 1 && scoped.length > 0;
  return [...(isEmpty ? [] : [{ file: 'policy.yaml', text: writeYaml(main) }]), ...scoped];
}

function scopeBody(file: string, scope: PolicyScope, policy: PrintablePolicy): Body {
  const { id, tenants, agents } = scope;
  const own = policy.rules.filter((rule) => rule.scope === id).map((rule) => ruleBody(unscoped(rule, scope)));
  const findings = findingBodies(policy, scope);
  const isEmpty = own.length === 0 && Object.values(findings).every((body) => body === undefined);
  return present({
    version: 'v1',
    scope: present({ tenants, agents }),
    default: scope.default === 'deny' ? 'deny' : undefined,
    // A file needs something besides its scope; naming itself adds nothing.
    include: isEmpty ? [file] : undefined,
    rules: own.length > 0 ? own : undefined,
    ...findings,
  });
}

/** What the file of a scope, or the one outside of all, says of inputs and outputs. */
function findingBodies({ input, output }: PrintablePolicy, scope: PolicyScope | undefined): Body {
  const own = <R extends InputRule | OutputRule>(rules: readonly R[] = []) =>
    rules
      .filter((rule) => rule.scope === scope?.id)
      .map((rule) =>
        findingRuleBody({ ...rule, match: scope ? withoutScope(rule.match, scope) : rule.match }),
      );
  const [inputs, outputs] = [own(input?.rules), own(output?.rules)];
  const regions = scope === undefined && output && output.regions.length > 0 ? output.regions : undefined;
  return {
    input: inputs.length > 0 ? { rules: inputs } : undefined,
    output:
      outputs.length > 0 || regions
        ? present({ regions, rules: outputs.length > 0 ? outputs : undefined })
        : undefined,
  };
}

/** The match without what the scope of its file says already. */
function withoutScope<M extends RuleMatch | FindingMatch>(
  { tenants, agents, ...others }: M,
  scope: PolicyScope,
) {
  return {
    ...others,
    ...(tenants && !isSame(tenants, scope.tenants) && { tenants }),
    ...(agents && !isSame(agents, scope.agents) && { agents }),
  };
}

/** The rule without what the scope of its file says already. */
function unscoped(rule: PolicyRule, scope: PolicyScope): PolicyRule {
  const match = withoutScope(rule.match, scope);
  // An allow without any condition would be refused.
  return Object.keys(match).length > 0 ? { ...rule, match } : rule;
}

function isSame(left: readonly string[], right: readonly string[] | undefined): boolean {
  return left.length === right?.length && left.every((name, at) => name === right[at]);
}
