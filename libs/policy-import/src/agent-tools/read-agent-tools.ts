import { readVersion } from '../agent-policy/read-agent-policy.js';
import { ImportProblemCode } from '../import-result.js';
import type { ImportSession } from '../import-session.js';
import { AGENT, checkTopics, idPart, readActions, readAgent, tellNames } from '../source/grammar.js';
import type { Entry, SourceNode } from '../source/source-node.js';

/** What one agent may use. */
export interface AgentTools {
  readonly node: SourceNode;
  readonly agent: string;
  readonly tools: readonly Entry[];
  readonly denied: readonly Entry[];
  /** Undefined: the source does not limit them. */
  readonly capabilities?: readonly Entry[];
  readonly topics?: readonly Entry[];
}

/** What becomes of a proposal. */
export interface ProposalPolicy {
  readonly node: SourceNode;
  readonly automatic: readonly Entry[];
  readonly approval: readonly Entry[];
  readonly never: readonly Entry[];
  readonly denied: readonly Entry[];
  /** For tools that no list names. */
  readonly rest: 'require_approval' | 'deny';
  /** In dollars; a proposal that costs more waits for a person. */
  readonly maxCost?: number;
  /** In seconds. */
  readonly ttlSec?: number;
  readonly members: ReadonlyMap<string, SourceNode>;
}

/** A file of agents, of the proposal policy, or both. */
export interface AgentToolsFile {
  readonly root: SourceNode;
  readonly name: string;
  readonly version: string;
  readonly agents: readonly AgentTools[];
  readonly proposals?: ProposalPolicy;
}

const AGENT_KEYS = ['tools', 'capabilities', 'topics', 'description'];
const ROOT_KEYS = [
  'agent',
  'agent_id',
  'agents',
  'name',
  'version',
  'proposals',
  'proposal_policy',
  ...AGENT_KEYS,
];
const PROPOSAL_KEYS = [
  'auto_approve',
  'require_approval',
  'never_auto_approve',
  'deny',
  'default',
  'max_cost_usd',
  'approval_ttl_sec',
];
const CAPABILITY = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

/** Reads tool allowlists and the proposal policy; what is wrong ends up among the session's problems. */
export function readAgentTools(session: ImportSession, root: SourceNode): AgentToolsFile {
  const members = session.members(root, 'the tool allowlist', ROOT_KEYS);
  const single = members.get('agent') ?? members.get('agent_id');
  if (members.has('agent') && members.has('agent_id')) {
    single?.fault(ImportProblemCode.BadValue, 'agent and agent_id are both given');
  }
  const agents: AgentTools[] = [];
  const agent = readAgent(single, 'agent');
  if (agent !== undefined) agents.push(readTools(session, root, agent, members));
  else tellNames(session, members);
  if (agent === undefined && members.has('tools')) {
    root.fault(ImportProblemCode.MissingKey, 'tools stand beside no agent');
  }
  for (const [name, node] of members.get('agents')?.anyMembers('agents') ?? []) {
    if (!AGENT.test(name))
      node.fault(ImportProblemCode.BadValue, `${JSON.stringify(name)} is no agent's name`);
    else if (name === agent) node.fault(ImportProblemCode.BadValue, `${name} has two allowlists`);
    else agents.push(readTools(session, node, name, session.members(node, 'an agent', AGENT_KEYS)));
  }
  const proposalNode = members.get('proposals') ?? members.get('proposal_policy');
  if (members.has('proposals') && members.has('proposal_policy')) {
    proposalNode?.fault(ImportProblemCode.BadValue, 'proposals and proposal_policy are both given');
  }
  if (agents.length === 0) {
    session.question(
      root,
      'whose tools are these? A proposal policy alone allows nothing: put the allowlists of the agents in the same file',
    );
  }
  const ids = agents.map((one) => idPart(one.agent));
  if (new Set(ids).size < ids.length)
    root.fault(ImportProblemCode.BadValue, 'two agents have names that differ in signs only');
  return {
    root,
    name: idPart(members.get('name')?.text('name') ?? agent ?? 'agent-tools'),
    version: readVersion(members.get('version')),
    agents,
    ...(proposalNode && { proposals: readProposals(session, proposalNode) }),
  };
}

function readTools(
  session: ImportSession,
  node: SourceNode,
  agent: string,
  members: ReadonlyMap<string, SourceNode>,
): AgentTools {
  const toolsNode = members.get('tools');
  const table =
    toolsNode?.content.kind === 'mapping'
      ? session.members(toolsNode, 'tools', ['allow', 'deny'])
      : undefined;
  if (!toolsNode) node.fault(ImportProblemCode.MissingKey, `${agent} has no tools`);
  tellNames(session, members);
  const capabilities = members
    .get('capabilities')
    ?.list('capabilities', (entry) => entry.word('a capability', CAPABILITY, 'a plain name'));
  const topics = members.get('topics')?.list('topics', (entry) => entry.text('a topic'));
  if (topics)
    checkTopics(
      session,
      `topics of ${agent}`,
      topics.map(({ value }) => value),
    );
  return {
    node: toolsNode ?? node,
    agent,
    tools: readActions(table ? table.get('allow') : toolsNode, 'tools'),
    denied: readActions(table?.get('deny'), 'tools.deny'),
    ...(capabilities && { capabilities }),
    ...(topics && { topics }),
  };
}

function readProposals(session: ImportSession, node: SourceNode): ProposalPolicy {
  const members = session.members(node, 'the proposal policy', PROPOSAL_KEYS);
  const cost = members.get('max_cost_usd');
  const value = cost?.content.kind === 'scalar' ? cost.content.value : undefined;
  const maxCost = typeof value === 'number' && value >= 0 && value <= 1e9 ? value : undefined;
  if (cost && maxCost === undefined)
    cost.fault(ImportProblemCode.WrongType, 'max_cost_usd must be a number of 0 or more');
  const rest = members
    .get('default')
    ?.word('default', /^(?:require_approval|deny)$/, 'require_approval or deny');
  if (!members.has('default')) session.asked(node, 'a tool that no list names waits for a person (default)');
  const ttlSec = members.get('approval_ttl_sec')?.count('approval_ttl_sec', 1);
  return {
    node,
    automatic: readActions(members.get('auto_approve'), 'auto_approve'),
    approval: readActions(members.get('require_approval'), 'require_approval'),
    never: readActions(members.get('never_auto_approve'), 'never_auto_approve'),
    denied: readActions(members.get('deny'), 'deny'),
    members,
    rest: rest === 'deny' ? 'deny' : 'require_approval',
    ...(maxCost !== undefined && { maxCost }),
    ...(ttlSec !== undefined && { ttlSec }),
  };
}
