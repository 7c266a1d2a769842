import { conditionToCel } from '../condition/condition-to-cel.js';
import { valueChecks, type NameUse } from '../condition/value-checks.js';
import type { SourceNode } from '../source/source-node.js';
import type { NativeEntry } from '../write/native-policy.js';
import { agentRulePrefix, type AgentPolicy } from './read-agent-policy.js';

/** What the rules of an agent policy are made of. */
export interface AgentRuleInput {
  readonly policy: AgentPolicy;
  /** The topics of the domain. */
  readonly topics: readonly string[];
  readonly uses: readonly NameUse[];
}

const from = ({ path, place }: SourceNode) => `${path} (line ${place.line})`;

/** The native rules. Their ids are in the order in which the source looks, so that its reason is the one told. */
export function agentRules({ policy, topics, uses }: AgentRuleInput): readonly NativeEntry[] {
  const { agent, allowed, forbidden, escalations, domain } = policy;
  const prefix = agentRulePrefix(policy);
  const everywhere = { topics: ['job.>'], agents: [agent] };
  const allowedNames = allowed.map(({ value }) => value);
  const forbiddenNames = forbidden.map(({ value }) => value);
  const granted = allowedNames.filter((name) => !forbiddenNames.includes(name));
  const rules: NativeEntry[] = [];
  if (forbiddenNames.length > 0) {
    rules.push({
      comment: 'forbidden_actions: looked at first, allowed or not',
      value: {
        id: `${prefix}.1-forbidden`,
        match: { ...everywhere, actions: forbiddenNames },
        decision: 'deny',
        reason: `The action is forbidden for ${agent}`,
        reason_code: 'blacklisted',
      },
    });
  }
  if (!topics.includes('job.>')) {
    rules.push({
      comment: domain ? `${from(domain.node)}: ${domain.name}` : 'the topics of the options',
      value: {
        id: `${prefix}.2-domain`,
        match: { ...everywhere, except: { topics: [...topics] } },
        decision: 'deny',
        reason: `Outside the domain of ${agent}`,
      },
    });
  }
  rules.push({
    comment: 'allowed_actions: everything else is denied, also where another file allows it',
    value: {
      id: `${prefix}.3-not-allowed`,
      match: allowedNames.length > 0 ? { ...everywhere, except: { actions: allowedNames } } : everywhere,
      decision: 'deny',
      reason: `The action is not among the allowed actions of ${agent}`,
      reason_code: 'not_allowlisted',
    },
  });
  for (const use of uses) rules.push(...valueChecks(use, { prefix: `${prefix}.4`, match: everywhere }));
  const paths = new Map(uses.map(({ resolved }) => [resolved.name, resolved.path]));
  for (const [at, { node, text, condition, action }] of escalations.entries()) {
    rules.push({
      comment: `${from(node)}: ${text}`,
      value: {
        id: `${prefix}.5-escalation-${String(at + 1).padStart(2, '0')}`,
        match: everywhere,
        when: conditionToCel(condition, (name) => {
          const path = paths.get(name);
          if (!path) throw new TypeError(`the name ${name} was not resolved`);
          return path;
        }),
        decision: 'require_approval',
        reason: escalationReason(action, text),
      },
    });
  }
  if (granted.length > 0) {
    rules.push({
      comment: 'allowed_actions, in the domain',
      value: {
        id: `${prefix}.6-allowed`,
        match: { topics: [...topics], agents: [agent], actions: granted },
        decision: 'allow',
        reason: `The action is allowed for ${agent}`,
      },
    });
  }
  return rules;
}

/** Why an action waits for a person; the two kinds are told apart. */
export function escalationReason(action: string, text: string): string {
  const kind =
    action === 'human_review_before_action' ? 'A human review comes first' : 'A human must approve';
  return `${kind}: ${text}`;
}
