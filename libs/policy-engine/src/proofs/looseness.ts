import type { PolicyDecision } from '../decide/decide.js';
import { constraintsOf } from '../decide/merge-constraints.js';
import type { Obligations } from '../decide/merge-obligations.js';
import type { ApprovalTerms } from '../policy-rule.js';
import { DEFAULT_APPROVAL_TTL_SEC, DEFAULT_QUORUM } from '../load/read-obligations.js';
import { DecisionType, ObligationFlag, ReasonCode, STRICTNESS, type Decision } from '../vocabulary.js';

const STRICTNESS_OF = Object.fromEntries(
  Object.entries(DecisionType).map(([decision, type]) => [type, STRICTNESS[decision as Decision]]),
) as Readonly<Record<DecisionType, number>>;

/** What one answer permits that another does not; undefined if it permits no more. */
export function loosened(before: PolicyDecision, after: PolicyDecision): string | undefined {
  if (STRICTNESS_OF[after.type] < STRICTNESS_OF[before.type]) return `${before.type} became ${after.type}`;
  if (after.type === DecisionType.deny) return undefined;
  const both = constraintsOf([
    { id: 'before', decision: 'allow_with_constraints', match: {}, constraints: before.constraints },
    { id: 'after', decision: 'allow_with_constraints', match: {}, constraints: after.constraints },
  ]);
  if (JSON.stringify(sorted(both)) !== JSON.stringify(sorted(after.constraints)))
    return 'a constraint is wider';
  return looserObligation(before.obligations, after.obligations, isStopgap(before));
}

/** A look that no rule has terms for: the first rule that asks brings its own, also a longer time to answer. */
function isStopgap({ reasonCode, obligations: { approval } }: PolicyDecision): boolean {
  return (
    (reasonCode === ReasonCode.PublishReview || reasonCode === ReasonCode.InputFinding) &&
    approval?.quorum === DEFAULT_QUORUM &&
    approval.ttl_sec === DEFAULT_APPROVAL_TTL_SEC &&
    approval.groups.length === 0
  );
}

function looserObligation(before: Obligations, after: Obligations, isStopgap: boolean): string | undefined {
  const lost = Object.values(ObligationFlag).find((flag) => before[flag] && !after[flag]);
  if (lost) return `${lost} is gone`;
  const limits = (after.throttle?.limits ?? []).map(({ rule_id }) => rule_id);
  if (before.throttle && !before.throttle.limits.every(({ rule_id }) => limits.includes(rule_id)))
    return 'a rate is gone';
  if (before.throttle?.on_excess === 'reject' && after.throttle?.on_excess !== 'reject')
    return 'excess waits instead of being refused';
  if (isStopgap) return after.approval ? undefined : 'nobody is asked any more';
  return before.approval && looserApproval(before.approval, after.approval);
}

function looserApproval(before: ApprovalTerms, after: ApprovalTerms | undefined): string | undefined {
  if (!after || after.quorum < before.quorum || after.ttl_sec > before.ttl_sec)
    return 'an approval is weaker';
  if (before.confirm && !after.confirm) return 'no confirmation is asked for';
  if (before.groups.length === 0) return undefined;
  const may = (terms: ApprovalTerms) => [...terms.groups, ...(terms.escalate_to ?? [])];
  if (after.groups.length === 0) return 'anybody may approve';
  if (!after.groups.every((group) => before.groups.includes(group))) return 'more groups may approve';
  return may(after).every((group) => may(before).includes(group))
    ? undefined
    : 'more groups may approve in the end';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
