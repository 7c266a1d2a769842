import type { PolicyRule } from '../../policy-rule.js';
import { Decision, ReasonCode } from '../../vocabulary.js';
import type { Located } from '../read-rule.js';

/** The rule that `unlisted_agents: deny` is written as. Until it is finished it denies everybody. */
const UNLISTED_AGENTS = 'allowlists.unlisted-agents';

/** Where an agent's allowlists hold: in some tenants, or everywhere. */
type Tenants = ReadonlySet<string> | 'all';

/** The rule before the bundle is known. */
export function unlistedAgentsRule(): PolicyRule {
  return {
    id: UNLISTED_AGENTS,
    decision: Decision.Deny,
    match: {},
    reason: 'The agent has no allowlist.',
    reason_code: ReasonCode.NotAllowlisted,
  };
}

/**
 * What short forms need the whole bundle for: `unlisted_agents: deny` takes out every agent that has an allowlist in any
 * file. An agent whose allowlists all stand in files for certain tenants is taken out in these tenants only.
 */
export function finishSections(rules: readonly Located<PolicyRule>[]): Located<PolicyRule>[] {
  if (!rules.some(isUnfinished)) return [...rules];
  const listed = listedAgents(rules);
  return rules.flatMap((rule) => (isUnfinished(rule) ? finished(rule, listed) : [rule]));
}

/** A rule that was finished once, printed and read again has its exception already. */
function isUnfinished({ value }: Located<PolicyRule>): boolean {
  return value.id === UNLISTED_AGENTS && !value.match.except;
}

function finished(rule: Located<PolicyRule>, listed: ReadonlyMap<string, Tenants>): Located<PolicyRule>[] {
  const { value } = rule;
  if (listed.size === 0) return [rule];
  const rest = { ...value.match, except: { agents: [...listed.keys()].sort() } };
  const elsewhere = [...listed].flatMap(([agent, tenants]) => {
    const others = tenants === 'all' ? [] : [...tenants].sort();
    const covered = tenants === 'all' || value.match.tenants?.every((tenant) => tenants.has(tenant));
    return covered ? [] : [{ agent, others }];
  });
  return [
    { ...rule, value: { ...value, match: rest } },
    ...elsewhere.map(({ agent, others }) => ({
      ...rule,
      value: {
        ...value,
        id: `${UNLISTED_AGENTS}.${agent.replace(/[^A-Za-z0-9._-]/g, '-')}`,
        match: { ...value.match, agents: [agent], except: { tenants: others } },
      },
    })),
  ];
}

function listedAgents(rules: readonly Located<PolicyRule>[]): ReadonlyMap<string, Tenants> {
  const listed = new Map<string, Tenants>();
  for (const { value } of rules) {
    if (!value.id.startsWith('allowlists.') || value.id.startsWith(UNLISTED_AGENTS)) continue;
    if (value.reason_code !== ReasonCode.NotAllowlisted) continue;
    for (const agent of value.match.agents ?? []) {
      const before = listed.get(agent);
      const { tenants } = value.match;
      const everywhere = before === 'all' || !tenants;
      listed.set(agent, everywhere ? 'all' : new Set([...(before ?? []), ...tenants]));
    }
  }
  return listed;
}
