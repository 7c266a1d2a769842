import { comparisons } from '../condition/condition.js';
import { resolveName, type ResolvedName } from '../condition/resolve-name.js';
import { nameUses, type NameUse } from '../condition/value-checks.js';
import type { ImportOptions } from '../import-options.js';
import { ImportProblemCode, type ImportResult } from '../import-result.js';
import { ImportSession } from '../import-session.js';
import { checkTopics, idPart, tellCase } from '../source/grammar.js';
import { writePolicy } from '../write/write-policy.js';
import { agentRules } from './agent-rules.js';
import { agentTests } from './agent-tests.js';
import { readAgentPolicy, type AgentPolicy } from './read-agent-policy.js';

/**
 * Imports an agent policy: YAML with `agent_id`, `domain`, `allowed_actions`, `forbidden_actions` and
 * `escalation_rules` (P4). Forbidden is looked at first, then the domain, then allowed, then what escalates.
 * Names in conditions need an answer in `options.names`. The domain is the topics `job.<domain>.>` unless
 * `options.topics` says otherwise. Never throws on any text.
 */
export function importAgentPolicy(text: string, options: ImportOptions = {}): ImportResult {
  const session = new ImportSession(options);
  const root = session.read(text);
  if (!root) return session.finish(() => []);
  const policy = readAgentPolicy(session, root);
  const topics = domainTopics(session, policy);
  const uses = resolveNames(session, policy);
  report(session, policy, uses);
  return session.finish(() => {
    const input = { policy, topics, uses };
    const policyId = options.policyId ?? idPart(policy.agent);
    return [
      {
        path: `${idPart(policy.agent)}.yaml`,
        text: writePolicy({
          comment: `Imported from ${session.file}: what agent ${policy.agent} may do.`,
          policyId,
          policyVersion: policy.version,
          rules: agentRules(input),
          tests: agentTests(input),
        }),
      },
    ];
  });
}

/** The topics that are the agent's domain. */
function domainTopics(session: ImportSession, { domain, root }: AgentPolicy): readonly string[] {
  const { topics } = session.options;
  const where = domain?.node ?? root;
  if (topics) {
    checkTopics(session, 'topics', topics);
    if (domain) session.asked(where, `the domain ${domain.name} is the topics ${topics.join(', ')}`);
    return topics;
  }
  if (!domain) {
    session.asked(where, 'the policy has no domain: it is about every topic');
    return ['job.>'];
  }
  if (!/^[a-z0-9_-]{1,64}$/.test(domain.name)) {
    session.question(
      where,
      `which topics are the domain ${JSON.stringify(domain.name)}? Answer with the option topics`,
    );
    return [];
  }
  session.mapped(where, `jobs of the agent outside job.${domain.name}.> are denied`);
  return [`job.${domain.name}.>`];
}

function resolveNames(session: ImportSession, policy: AgentPolicy): readonly NameUse[] {
  const resolved = new Map<string, ResolvedName>();
  const seen = new Set<string>();
  for (const { node, condition } of policy.escalations) {
    for (const { name } of comparisons(condition)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = resolveName(session, node, name);
      if (found) resolved.set(name, found);
    }
  }
  const { uses, mixed } = nameUses(
    policy.escalations.map(({ condition }) => condition),
    resolved,
  );
  if (mixed !== undefined) {
    policy.root.fault(
      ImportProblemCode.BadCondition,
      `the conditions compare ${mixed} with values of different types`,
    );
  }
  for (const {
    resolved: { carriedBy = [], name },
  } of uses) {
    for (const action of carriedBy) {
      if (policy.allowed.some(({ value }) => value === action)) continue;
      session.badOption(`names.${name}.carriedBy: ${JSON.stringify(action)} is not among allowed_actions`);
    }
  }
  return uses;
}

function report(session: ImportSession, policy: AgentPolicy, uses: readonly NameUse[]): void {
  tellCase(session, policy.root);
  const forbidden = new Set(policy.forbidden.map(({ value }) => value));
  for (const { node, value } of policy.forbidden) session.mapped(node, `${value} is denied`);
  for (const { node, value } of policy.allowed) {
    session.mapped(node, forbidden.has(value) ? `${value} is forbidden all the same` : `${value} is allowed`);
  }
  for (const { item, text, action } of policy.escalations) session.mapped(item, `${text}: ${action}`);
  for (const { resolved, type, limited } of uses) {
    const node = policy.escalations.find(({ condition }) =>
      comparisons(condition).some(({ name }) => name === resolved.name),
    )?.node;
    if (!node) continue;
    session.closed(node, `leaving ${resolved.name} out no longer keeps the condition from holding`);
    session.closed(node, `${resolved.name} of another type than ${type} is denied instead of compared`);
    if (limited && !resolved.signed) session.closed(node, `${resolved.name} below 0 is denied`);
  }
}
