import { parse } from 'smol-toml';
import type { PolicyRequest } from '@countersign/policy-engine';
import type { Verdict } from './verdict.js';

interface Agent {
  readonly tools: readonly string[] | { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly capabilities?: readonly string[];
}

interface Source {
  readonly agents: Readonly<Record<string, Agent>>;
  readonly proposals: {
    readonly auto_approve: readonly string[];
    readonly require_approval: readonly string[];
    readonly never_auto_approve: readonly string[];
    readonly default: 'require_approval' | 'deny';
    readonly max_cost_usd: number;
  };
}

/** Decides as allowlists and a proposal policy say: the agent, its tools, its capabilities, then the proposal. */
export function agentToolsReference(text: string): (request: PolicyRequest) => Verdict {
  const { agents, proposals } = parse(text) as unknown as Source;
  return (request) => {
    const tool = request.action?.toLowerCase() ?? request.topic.slice(request.topic.lastIndexOf('.') + 1);
    const agent = Object.hasOwn(agents, request.agentId) ? agents[request.agentId] : undefined;
    if (!agent) return { type: 'DENY', branch: 'other agent' };
    const tools = 'allow' in agent.tools ? agent.tools : { allow: agent.tools, deny: [] };
    if (tools.deny.includes(tool)) return { type: 'DENY', branch: 'denied tool' };
    if (!tools.allow.includes(tool)) return { type: 'DENY', branch: 'not listed' };
    const { capabilities } = agent;
    if (capabilities && request.capabilities.some((one) => !capabilities.includes(one))) {
      return { type: 'DENY', branch: 'capability' };
    }
    if (proposals.never_auto_approve.includes(tool)) return { type: 'REQUIRE_APPROVAL', branch: 'never' };
    if (proposals.require_approval.includes(tool)) return { type: 'REQUIRE_APPROVAL', branch: 'asks' };
    if (!proposals.auto_approve.includes(tool)) {
      return { type: proposals.default === 'deny' ? 'DENY' : 'REQUIRE_APPROVAL', branch: 'default' };
    }
    const estimate = request.details?.['estimate'] as { readonly usd?: unknown } | undefined;
    const usd = estimate?.usd;
    if (usd === undefined) return { type: 'REQUIRE_APPROVAL', branch: 'no cost' };
    if (typeof usd !== 'number') return { type: 'DENY', branch: 'cost of another type' };
    if (usd > proposals.max_cost_usd || usd < 0) return { type: 'REQUIRE_APPROVAL', branch: 'cost' };
    return { type: 'ALLOW', branch: 'automatic' };
  };
}
