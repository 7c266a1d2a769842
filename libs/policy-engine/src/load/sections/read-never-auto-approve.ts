import { NO_GRANT, type PolicyRule } from '../../policy-rule.js';
import { Decision, ObligationFlag, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import { readApproval } from '../read-obligations.js';
import type { Located } from '../read-rule.js';
import { readActions, readTopics } from '../read-names.js';
import { readEntry, ruleOf } from './section-rule.js';

/** One entry of `never_auto_approve` (H11): a person decides, whatever else matches. */
export function readNeverAutoApprove(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const entry = readEntry(reader, item, 'never_auto_approve', ['topics', 'actions', 'approval']);
  if (!entry) return [];
  const { members, node } = entry.section;
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const actions = readActions(reader, members.get('actions'), 'actions');
  const approval = readApproval(reader, members.get('approval'));
  if (!members.has('topics') && !members.has('actions')) {
    const message = 'an entry of never_auto_approve needs topics, actions or both';
    reader.fault(node, ProblemCode.MissingKey, message);
  }
  if (!approval) return [];
  return [
    ruleOf(entry, 'ask', {
      decision: Decision.RequireApproval,
      match: { ...(topics && { topics }), ...(actions && { actions }) },
      scope: NO_GRANT,
      reason: `This always needs a person (${entry.id}).`,
      reason_code: ReasonCode.NeverAutoApprove,
      approval,
      obligations: [ObligationFlag.Audit],
    }),
  ];
}
