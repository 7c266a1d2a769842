import type { MatchException, PolicyRule, RuleMatch } from '../../policy-rule.js';
import { Decision, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import { readId, type Located } from '../read-rule.js';
import { readActions, readAgents, readCapabilities, readResources, readTopics } from '../read-names.js';
import { listOfOne } from './list-of-one.js';
import { checkedEntry, ruleOf, type SectionEntry } from './section-rule.js';

const KEYS = ['id', 'agent', 'topics', 'actions', 'resources', 'capabilities'];

/** One entry of `allowlists` (P9): what is outside any part of it is denied to its agent. Grants nothing. */
export function readAllowlist(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const section = reader.section(item, 'an entry of allowlists', KEYS);
  if (!section) return [];
  const { members, node } = section;
  const agentMember = members.get('agent');
  const agent = agentMember
    ? readAgent(reader, agentMember)
    : reader.fault(node, ProblemCode.MissingKey, 'an entry of allowlists needs agent');
  const id = members.has('id') ? readId(reader, section) : agent?.replace(/[^A-Za-z0-9._-]/g, '-');
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const actions = readActions(reader, members.get('actions'), 'actions');
  const resources = readResources(reader, members.get('resources'), 'resources');
  const capabilities = readCapabilities(reader, members.get('capabilities'), 'capabilities');
  if (!['topics', 'actions', 'resources', 'capabilities'].some((name) => members.has(name))) {
    reader.fault(node, ProblemCode.MissingKey, 'an entry of allowlists needs something that is allowed');
  }
  if (agent === undefined || id === undefined) return [];
  const entry = checkedEntry(reader, { form: 'allowlists', id, section, at: reader.placeOf(node) });
  if (!entry) return [];
  return [
    ...outside(entry, agent, 'topics', topics),
    ...outside(entry, agent, 'actions', actions),
    ...outside(entry, agent, 'resources', resources),
    ...(capabilities
      ? [denial(entry, 'capabilities', { agents: [agent], capabilities_outside: capabilities })]
      : []),
  ];
}

function readAgent(reader: PolicyReader, member: Member): string | undefined {
  const name = reader.text(member, 'agent');
  if (name === undefined || !member.value) return undefined;
  const agents = readAgents(reader, listOfOne(member.value), 'agent') ?? [];
  if (agents.length <= 1) return agents[0];
  return reader.fault(member.value, ProblemCode.BadValue, 'an allowlist is for one agent');
}

function outside(
  entry: SectionEntry,
  agent: string,
  part: keyof MatchException,
  listed: readonly string[] | undefined,
): Located<PolicyRule>[] {
  return listed ? [denial(entry, part, { agents: [agent], except: { [part]: listed } })] : [];
}

function denial(entry: SectionEntry, part: string, match: RuleMatch): Located<PolicyRule> {
  return ruleOf(entry, part, {
    decision: Decision.Deny,
    match,
    reason: `It is outside the ${part} that the agent's allowlist names.`,
    reason_code: ReasonCode.NotAllowlisted,
  });
}
