import { timeWindowFault, timeZoneFault } from '../../cel/time-faults.js';
import { NO_GRANT, type PolicyRule } from '../../policy-rule.js';
import { Decision, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import { readApproval } from '../read-obligations.js';
import type { Located } from '../read-rule.js';
import { readTopics } from '../read-names.js';
import { needed, readEntry, ruleOf } from './section-rule.js';

const OUTSIDE = [Decision.Deny, Decision.RequireApproval] as const;

/** One entry of `hours` (P8): what becomes of a job at any other time. */
export function readHours(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const keys = ['topics', 'within', 'timezone', 'outside', 'approval'];
  const entry = readEntry(reader, item, 'hours', keys);
  if (!entry) return [];
  const { members } = entry.section;
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const withinMember = needed(reader, entry, 'within');
  const zoneMember = needed(reader, entry, 'timezone');
  const outsideMember = needed(reader, entry, 'outside');
  const within = withinMember && readTime(reader, withinMember, 'within', timeWindowFault);
  const zone = zoneMember && readTime(reader, zoneMember, 'timezone', timeZoneFault);
  const outside = outsideMember && reader.word(outsideMember, 'outside', OUTSIDE);
  const approvalMember = members.get('approval');
  if (approvalMember && outside === Decision.Deny) {
    reader.fault(approvalMember.key, ProblemCode.KeyNotAllowed, 'approval means nothing if outside is deny');
  }
  const approval = outside === Decision.RequireApproval ? readApproval(reader, approvalMember) : undefined;
  if (within === undefined || zone === undefined || outside === undefined) return [];
  return [
    ruleOf(entry, 'outside', {
      decision: outside,
      match: { ...(topics && { topics }) },
      when: [`!time.within(${JSON.stringify(within)}, ${JSON.stringify(zone)})`],
      ...(outside === Decision.RequireApproval && { scope: NO_GRANT }),
      reason: `It is outside the hours ${within} (${zone}).`,
      reason_code: ReasonCode.OutsideHours,
      ...(approval && { approval }),
    }),
  ];
}

function readTime(
  reader: PolicyReader,
  member: Member,
  what: string,
  faultOf: (text: string) => string | undefined,
): string | undefined {
  const text = reader.text(member, what);
  const fault = text === undefined ? undefined : faultOf(text);
  return fault === undefined ? text : reader.fault(member.value, ProblemCode.BadValue, `${what}: ${fault}`);
}
