import { InputAction, INPUT_ACTIONS, type InputRule } from '../findings/finding-rule.js';
import type { PolicyScope } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import { readFindingMatch } from './read-finding-match.js';
import { readApproval } from './read-obligations.js';
import { readId, readReason, type Located } from './read-rule.js';
import { narrowFindingRule } from './read-scope.js';

const RULE_KEYS = ['id', 'match', 'action', 'reason', 'approval'];

/** The `input` of one file: what becomes of jobs because of what they were given. */
export function readInput(
  reader: PolicyReader,
  member: Member | undefined,
  scope: PolicyScope | undefined,
): Located<InputRule>[] {
  const section = member && reader.section(member, 'input', ['rules']);
  if (!section) return [];
  const { members, node } = section;
  if (!members.has('rules')) return reader.fault(node, ProblemCode.MissingKey, 'input needs rules') ?? [];
  return reader
    .entriesOf(members.get('rules'), 'input.rules')
    .flatMap((item) => readInputRule(reader, item, scope) ?? []);
}

function readInputRule(
  reader: PolicyReader,
  item: Member,
  scope: PolicyScope | undefined,
): Located<InputRule> | undefined {
  const section = reader.section(item, 'a rule of input', RULE_KEYS);
  if (!section) return undefined;
  const { members, node } = section;
  const id = readId(reader, section);
  const actionMember = members.get('action');
  const action = actionMember
    ? reader.word(actionMember, 'action', INPUT_ACTIONS)
    : reader.fault(node, ProblemCode.MissingKey, 'a rule of input needs an action');
  const match = readFindingMatch(reader, members.get('match'), { destinations: false });
  const reason = readReason(reader, members.get('reason'));
  const approvalMember = members.get('approval');
  if (approvalMember && action !== undefined && action !== InputAction.Hold) {
    reader.fault(approvalMember.key, ProblemCode.KeyNotAllowed, `approval means nothing under ${action}`);
  }
  // Without terms of its own, a hold leaves those of the rules that ask as they are.
  const approval = approvalMember && readApproval(reader, approvalMember);
  if (id === undefined || action === undefined) return undefined;
  const value: InputRule = {
    id,
    match,
    action,
    ...(reason !== undefined && { reason }),
    ...(approval && { approval }),
  };
  return narrowFindingRule(reader, { value, at: reader.placeOf(node) }, scope);
}
