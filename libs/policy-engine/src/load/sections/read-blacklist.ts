import type { PolicyRule } from '../../policy-rule.js';
import { Decision, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import type { Located } from '../read-rule.js';
import { readActions, readAgents, readResources, readTopics } from '../read-names.js';
import { readEntry, ruleOf } from './section-rule.js';

/** One entry of `blacklist` (P8): a listed resource or a listed action is denied. */
export function readBlacklist(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const entry = readEntry(reader, item, 'blacklist', ['topics', 'agents', 'resources', 'actions']);
  if (!entry) return [];
  const { members, node } = entry.section;
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const agents = readAgents(reader, members.get('agents'), 'agents');
  const resources = readResources(reader, members.get('resources'), 'resources');
  const actions = readActions(reader, members.get('actions'), 'actions');
  if (!members.has('resources') && !members.has('actions')) {
    reader.fault(node, ProblemCode.MissingKey, 'an entry of blacklist needs resources, actions or both');
  }
  const where = { ...(topics && { topics }), ...(agents && { agents }) };
  const denial = { decision: Decision.Deny, reason_code: ReasonCode.Blacklisted };
  return [
    ...(resources
      ? [
          ruleOf(entry, 'resources', {
            ...denial,
            match: { ...where, resources },
            reason: `The resource is on the blacklist ${entry.id}.`,
          }),
        ]
      : []),
    ...(actions
      ? [
          ruleOf(entry, 'actions', {
            ...denial,
            match: { ...where, actions },
            reason: `The action is on the blacklist ${entry.id}.`,
          }),
        ]
      : []),
  ];
}
