import type { Condition } from '../condition/condition.js';
import { parseCondition } from '../condition/parse-condition.js';
import { ImportProblemCode } from '../import-result.js';
import type { ImportSession } from '../import-session.js';
import { idPart, needKey, readActions, readAgent, tellNames } from '../source/grammar.js';
import type { Entry, SourceNode } from '../source/source-node.js';

/** Keys of an agent policy. */
export const AGENT_POLICY_KEYS = [
  'agent_id',
  'domain',
  'allowed_actions',
  'forbidden_actions',
  'escalation_rules',
  'audit_frequency',
  'description',
  'version',
];

/** What an escalation asks for; both keep the action from running before a person has answered. */
const ESCALATIONS = ['human_approval_required', 'human_review_before_action'] as const;

/** One rule that sends an action to a person. */
export interface Escalation {
  readonly item: SourceNode;
  /** Of the condition. */
  readonly node: SourceNode;
  readonly text: string;
  readonly condition: Condition;
  readonly action: (typeof ESCALATIONS)[number];
}

/** An agent policy as read. */
export interface AgentPolicy {
  readonly root: SourceNode;
  readonly agent: string;
  readonly domain?: { readonly node: SourceNode; readonly name: string };
  readonly allowed: readonly Entry[];
  readonly forbidden: readonly Entry[];
  readonly escalations: readonly Escalation[];
  readonly version: string;
}

/** Reads an agent policy; what is wrong with it ends up among the session's problems. */
export function readAgentPolicy(session: ImportSession, root: SourceNode): AgentPolicy {
  const members = session.members(root, 'the agent policy', AGENT_POLICY_KEYS);
  needKey(root, members.get('agent_id'), 'agent_id');
  needKey(root, members.get('allowed_actions'), 'allowed_actions');
  const domainNode = members.get('domain');
  const domain = domainNode?.text('domain');
  const audit = members.get('audit_frequency');
  if (audit) {
    session.notExpressed(
      audit,
      'every decision is audited when it is taken; how often people look at them is not part of a policy',
    );
  }
  tellNames(session, members);
  return {
    root,
    agent: readAgent(members.get('agent_id'), 'agent_id') ?? 'agent',
    ...(domainNode && domain !== undefined && { domain: { node: domainNode, name: domain } }),
    allowed: readActions(members.get('allowed_actions'), 'allowed_actions'),
    forbidden: readActions(members.get('forbidden_actions'), 'forbidden_actions'),
    escalations: readEscalations(session, members.get('escalation_rules')),
    version: readVersion(members.get('version')),
  };
}

/** A version as the source spells it; `1.0.0` when it has none. */
export function readVersion(node: SourceNode | undefined): string {
  if (!node) return '1.0.0';
  const { content } = node;
  const text = content.kind === 'scalar' ? String(content.value) : '';
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(text)) return text;
  node.fault(ImportProblemCode.BadValue, 'version must be a short word such as 2.1.0');
  return '1.0.0';
}

function readEscalations(session: ImportSession, node: SourceNode | undefined): Escalation[] {
  const escalations: Escalation[] = [];
  for (const item of node?.items('escalation_rules') ?? []) {
    const members = session.members(item, 'an escalation rule', ['condition', 'action']);
    needKey(item, members.get('condition'), 'condition in this escalation rule');
    needKey(item, members.get('action'), 'action in this escalation rule');
    const action = members
      .get('action')
      ?.word(
        'the action of an escalation',
        new RegExp(`^(?:${ESCALATIONS.join('|')})$`),
        ESCALATIONS.join(' or '),
      );
    const conditionNode = members.get('condition');
    const text = conditionNode?.text('the condition of an escalation');
    if (!conditionNode || text === undefined) continue;
    const parsed = parseCondition(text);
    if (!parsed.ok) conditionNode.fault(ImportProblemCode.BadCondition, parsed.message);
    else if (action !== undefined) {
      escalations.push({
        item,
        node: conditionNode,
        text,
        condition: parsed.condition,
        action: action as Escalation['action'],
      });
    }
  }
  return escalations;
}

/** What the rules of a policy are called. */
export const agentRulePrefix = ({ agent }: AgentPolicy) => idPart(agent);
