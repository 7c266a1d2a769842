import type { NativeEntry, NativeSection, NativeTest } from '../write/native-policy.js';
import { idPart } from '../source/grammar.js';
import type { AgentTools, ProposalPolicy } from './read-agent-tools.js';

/** What becomes of each of an agent's tools. */
export interface ToolDecisions {
  readonly denied: readonly string[];
  readonly approval: readonly string[];
  readonly automatic: readonly string[];
}

/** Sorts an agent's tools by the strictest list that names them. Without a proposal policy a listed tool runs. */
export function toolDecisions(
  { tools, denied }: AgentTools,
  proposals: ProposalPolicy | undefined,
): ToolDecisions {
  const refused = new Set([...denied, ...(proposals?.denied ?? [])].map(({ value }) => value));
  const asking = new Set(
    [...(proposals?.approval ?? []), ...(proposals?.never ?? [])].map(({ value }) => value),
  );
  const free = new Set(proposals?.automatic.map(({ value }) => value));
  const decide = (tool: string) => {
    if (refused.has(tool)) return 'denied';
    if (asking.has(tool)) return 'approval';
    if (!proposals || free.has(tool)) return 'automatic';
    return proposals.rest === 'deny' ? 'denied' : 'approval';
  };
  const names = tools.map(({ value }) => value);
  const of = (kind: keyof ToolDecisions) => names.filter((tool) => decide(tool) === kind);
  const outside = [...refused].filter((tool) => !names.includes(tool));
  return {
    denied: [...of('denied'), ...outside].sort(),
    approval: of('approval'),
    automatic: of('automatic'),
  };
}

/** The allowlist of one agent: it denies everything outside, and grants nothing. */
export function allowlist({ agent, tools, capabilities, topics, node }: AgentTools): NativeSection {
  const value = {
    agent,
    ...(topics && { topics: topics.map((entry) => entry.value) }),
    ...(tools.length > 0 && { actions: tools.map((entry) => entry.value) }),
    ...(capabilities &&
      capabilities.length > 0 && { capabilities: capabilities.map((entry) => entry.value) }),
  };
  return { key: 'allowlists', entries: [{ comment: `line ${node.place.line}`, value }] };
}

/** What the tools of the allowlist may do: each runs, waits for a person, or is denied. */
export function toolRules(tools: AgentTools, proposals: ProposalPolicy | undefined): readonly NativeEntry[] {
  const { agent, topics } = tools;
  const prefix = idPart(agent);
  const match = { ...(topics && { topics: topics.map(({ value }) => value) }), agents: [agent] };
  const { denied, approval, automatic } = toolDecisions(tools, proposals);
  const terms = proposals?.ttlSec === undefined ? {} : { approval: { ttl_sec: proposals.ttlSec } };
  const rules: NativeEntry[] = [];
  const add = (id: string, comment: string, value: Readonly<Record<string, unknown>>) =>
    rules.push({ comment, value: { id: `${prefix}.${id}`, ...value } });
  if (tools.tools.length === 0) {
    add('nothing', 'tools: none', {
      match: { agents: [agent] },
      decision: 'deny',
      reason: `${agent} has no tools`,
    });
  }
  if (tools.capabilities?.length === 0) {
    add('no-capability', 'capabilities: none', {
      match: { agents: [agent] },
      when: 'job.capabilities.size() > 0',
      decision: 'deny',
      reason: `${agent} has no capabilities`,
    });
  }
  if (denied.length > 0) {
    add('denied', 'the deny lists of the tools and of the proposal policy', {
      match: { agents: [agent], actions: denied },
      decision: 'deny',
      reason: `The tool is denied to ${agent}`,
    });
  }
  if (approval.length > 0) {
    add('asks', 'tools whose proposals a person decides', {
      match: { ...match, actions: approval },
      decision: 'require_approval',
      ...terms,
      reason: 'A person decides on proposals of this tool',
    });
  }
  if (automatic.length > 0) {
    if (proposals?.maxCost !== undefined) {
      const cost = 'job.estimate.usd';
      add('cost', `max_cost_usd; a proposal that does not say what it costs waits too`, {
        match: { ...match, actions: automatic },
        when: `!has(job.estimate) || !has(${cost}) || ${cost} > ${proposals.maxCost} || ${cost} < 0`,
        decision: 'require_approval',
        ...terms,
        reason: `The proposal may cost more than ${proposals.maxCost} dollars`,
      });
    }
    add('automatic', 'tools that run without a person', {
      match: { ...match, actions: automatic },
      decision: 'allow',
      reason: `The tool is allowed for ${agent}`,
    });
  }
  return rules;
}

/** The main cases of one agent. */
export function toolTests(tools: AgentTools, proposals: ProposalPolicy | undefined): readonly NativeTest[] {
  const { agent, topics } = tools;
  const topic = (topics?.[0]?.value ?? 'job.tool.>').replace('>', 'call').replaceAll('*', 'any');
  const { denied, approval, automatic } = toolDecisions(tools, proposals);
  const test = (name: string, action: string, decision: NativeTest['decision'], usd?: number) => ({
    name: `${agent}: ${name}`,
    job: {
      topic,
      agent_id: agent,
      tenant_id: 'default',
      action,
      params: {},
      ...(usd !== undefined && { estimate: { usd } }),
    },
    decision,
  });
  const max = proposals?.maxCost;
  return [
    test('a tool that is not listed is denied', 'an-unlisted-tool', 'deny'),
    ...denied.map((tool) => test(`${tool} is denied`, tool, 'deny')),
    ...approval.map((tool) => test(`${tool} waits for a person`, tool, 'require_approval')),
    ...automatic.map((tool) => test(`${tool} runs`, tool, 'allow', max === undefined ? undefined : 0)),
    ...(max === undefined
      ? []
      : automatic.map((tool) =>
          test(`an expensive ${tool} waits for a person`, tool, 'require_approval', max + 1),
        )),
  ];
}
