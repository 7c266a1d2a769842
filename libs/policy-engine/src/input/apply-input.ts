import type { PolicyDecision } from '../decide/decide.js';
import { mergeObligations } from '../decide/merge-obligations.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import { InputAction, type InputRule } from '../findings/finding-rule.js';
import { DEFAULT_APPROVAL_TTL_SEC, DEFAULT_QUORUM } from '../load/read-obligations.js';
import type { ApprovalTerms, PolicyRule } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { Decision, DecisionType, ReasonCode } from '../vocabulary.js';
import { isPublishing, judgeInput } from './judge-input.js';

/** Terms of a person's look that no rule has terms for. */
const ANY_REVIEWER: ApprovalTerms = {
  quorum: DEFAULT_QUORUM,
  groups: [],
  ttl_sec: DEFAULT_APPROVAL_TTL_SEC,
};

/**
 * What becomes of a job that the rules let run, or ask about, because of what it was given and of what it is for: the
 * stricter of both. A job that publishes is asked about unless a rule that grants it says that it may.
 * `matched` are the rules that matched. Throws like {@link mergeObligations}.
 */
export function applyInput(
  snapshot: PolicySnapshot,
  request: PolicyRequest,
  tokens: readonly string[],
  decided: PolicyDecision,
  matched: readonly PolicyRule[],
): PolicyDecision {
  const judged = judgeInput(snapshot, request, tokens);
  switch (judged.action) {
    case 'unscannable':
      return refused(
        decided,
        ReasonCode.InputUnscannable,
        'What the job was given could not be scanned.',
        [],
      );
    case InputAction.Deny:
      return refused(decided, ReasonCode.InputFinding, reasonOf(judged.rules, judged.action), judged.rules);
    case InputAction.Hold:
      return held(decided, matched, judged.rules, ReasonCode.InputFinding);
    case InputAction.Redact:
      return refused(decided, ReasonCode.InputRedacted, reasonOf(judged.rules, judged.action), judged.rules);
    case 'none': {
      const mayPublish = matched.some((rule) => rule.scope === undefined && rule.allow_publish);
      if (!isPublishing(request) || mayPublish) return decided;
      return held(decided, matched, [], ReasonCode.PublishReview);
    }
  }
}

const TOLD = {
  deny: 'What the job was given holds what it must not.',
  hold: 'What the job was given holds something that a person has to see.',
  redact: 'What the job must not be given is taken out, in a job of its own.',
} as const satisfies Record<InputAction, string>;

const reasonOf = (rules: readonly InputRule[], action: InputAction) =>
  rules.find((rule) => rule.action === action)?.reason ?? TOLD[action];

function refused(
  decided: PolicyDecision,
  reasonCode: ReasonCode,
  reason: string,
  rules: readonly InputRule[],
): PolicyDecision {
  return {
    ...decided,
    type: DecisionType.deny,
    ruleIds: idsOf(decided, rules),
    reason,
    reasonCode,
    constraints: {},
    obligations: decided.obligations.notify ? { notify: true } : {},
  };
}

function held(
  decided: PolicyDecision,
  matched: readonly PolicyRule[],
  rules: readonly InputRule[],
  reasonCode: ReasonCode,
): PolicyDecision {
  const asking = rules.flatMap(({ id, approval }): PolicyRule[] =>
    approval ? [{ id, decision: Decision.RequireApproval, match: {}, approval }] : [],
  );
  const obligations = mergeObligations([...matched, ...asking]);
  const withTerms = { ...obligations, approval: obligations.approval ?? ANY_REVIEWER };
  // A person is asked anyway: their rule's reason stays, the terms are those of all.
  if (decided.type === DecisionType.require_approval && reasonCode === ReasonCode.PublishReview)
    return decided;
  const reason =
    reasonCode === ReasonCode.PublishReview
      ? 'A person looks at what is published.'
      : reasonOf(rules, 'hold');
  return {
    ...decided,
    type: DecisionType.require_approval,
    ruleIds: idsOf(decided, rules),
    reason,
    reasonCode,
    obligations: withTerms,
  };
}

/** What decides stands first. */
const idsOf = ({ ruleIds }: PolicyDecision, rules: readonly InputRule[]) => [
  ...rules.map(({ id }) => id),
  ...ruleIds,
];
