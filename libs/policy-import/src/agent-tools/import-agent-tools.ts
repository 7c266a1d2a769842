import type { ImportOptions } from '../import-options.js';
import type { ImportedFile, ImportResult } from '../import-result.js';
import { ImportSession } from '../import-session.js';
import { idPart, tellCase } from '../source/grammar.js';
import { writePolicy } from '../write/write-policy.js';
import { readAgentTools, type AgentToolsFile } from './read-agent-tools.js';
import { allowlist, toolRules, toolTests } from './tool-rules.js';

/**
 * Imports tool allowlists and the proposal policy of agents, in TOML (P9, H11). A file for each agent, default deny:
 * an agent without an allowlist is denied in the whole bundle. Never throws on any text.
 */
export function importAgentTools(text: string, options: ImportOptions = {}): ImportResult {
  const session = new ImportSession(options);
  const root = session.read(text, 'toml');
  if (!root) return session.finish(() => []);
  const file = readAgentTools(session, root);
  report(session, file);
  return session.finish(() => write(session, file));
}

function write(session: ImportSession, { agents, proposals, name, version }: AgentToolsFile): ImportedFile[] {
  const policyId = session.options.policyId ?? name;
  const never = (proposals?.never ?? []).map(({ value }) => value);
  const [first, ...others] = agents.map((agent) => `agents/${idPart(agent.agent)}.yaml`);
  const perAgent = agents.map((agent) => ({
    path: `agents/${idPart(agent.agent)}.yaml`,
    text: writePolicy({
      comment: `Imported from ${session.file}: the tools of ${agent.agent}.`,
      sections:
        agent.tools.length > 0 || agent.topics || agent.capabilities?.length ? [allowlist(agent)] : [],
      rules: toolRules(agent, proposals),
      tests: toolTests(agent, proposals),
    }),
  }));
  const index = {
    path: `${name}.yaml`,
    text: writePolicy({
      comment: `Imported from ${session.file}. The agents have a file each.`,
      policyId,
      policyVersion: version,
      ...(first !== undefined && { include: [first, ...others] }),
      sections: [
        { key: 'unlisted_agents', entries: 'deny' },
        ...(never.length === 0
          ? []
          : [
              {
                key: 'never_auto_approve',
                entries: [
                  {
                    comment: 'never_auto_approve of the proposal policy: no rule of any file lowers it.',
                    value: {
                      id: `${name}-never`,
                      actions: never,
                      ...(proposals?.ttlSec !== undefined && { approval: { ttl_sec: proposals.ttlSec } }),
                    },
                  },
                ],
              },
            ]),
      ],
      rules: [],
      tests: [
        {
          name: 'an agent without an allowlist is denied',
          job: { topic: 'job.tool.call', agent_id: 'an-unlisted-agent', tenant_id: 'default', params: {} },
          decision: 'deny' as const,
        },
      ],
    }),
  };
  return [index, ...perAgent];
}

function report(session: ImportSession, { agents, proposals, root }: AgentToolsFile): void {
  tellCase(session, root);
  for (const { agent, node, tools, denied, capabilities, topics } of agents) {
    if (tools.length === 0) session.mapped(node, `${agent} may use nothing`);
    for (const { node: at, value } of tools) session.mapped(at, `${agent} has ${value}`);
    for (const { node: at, value } of topics ?? []) session.mapped(at, `${agent} works in ${value}`);
    for (const { node: at, value } of denied) session.mapped(at, `${value} is denied to ${agent}`);
    for (const { node: at, value } of capabilities ?? []) session.mapped(at, `${agent} may have ${value}`);
  }
  session.closed(root, 'an agent that has no allowlist is denied, in the whole bundle');
  if (!proposals) {
    session.asked(root, 'without a proposal policy the listed tools run without a person');
    return;
  }
  for (const { node, value } of proposals.automatic)
    session.mapped(node, `${value} runs where an agent has it`);
  for (const { node, value } of proposals.approval) session.mapped(node, `${value} waits for a person`);
  for (const { node, value } of proposals.never) session.mapped(node, `${value} always waits for a person`);
  for (const { node, value } of proposals.denied) session.mapped(node, `${value} is denied`);
  const { members, maxCost, ttlSec, rest } = proposals;
  const [cost, ttl, other] = ['max_cost_usd', 'approval_ttl_sec', 'default'].map((key) => members.get(key));
  if (cost) {
    session.mapped(cost, `a proposal above ${maxCost} dollars waits for a person`);
    session.closed(cost, 'a proposal that names no cost, or one below 0, waits for a person');
  }
  if (ttl) session.mapped(ttl, `a question stands for ${ttlSec} seconds`);
  if (other)
    session.mapped(other, rest === 'deny' ? 'other tools are denied' : 'other tools wait for a person');
}
