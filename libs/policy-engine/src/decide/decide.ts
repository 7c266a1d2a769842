import { deriveTags } from '../classify/derive-tags.js';
import type { Constraints, PolicyRule } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { Decision, DecisionType, ReasonCode } from '../vocabulary.js';
import { EvaluationFault } from './evaluation-fault.js';
import { matchContext } from './match-context.js';
import { constraintsOf } from './merge-constraints.js';
import { mergeObligations, type Obligations } from './merge-obligations.js';
import { checkRequest, type PolicyRequest } from './policy-request.js';

/** The answer to a request. `DENY` carries neither constraints nor obligations: nothing runs. */
export interface PolicyDecision {
  readonly type: DecisionType;
  /** All rules that matched: the deciding one first, then by strictness and id. */
  readonly ruleIds: readonly string[];
  /** For people. Holds no part of the request. */
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  /** Sorted. Asserted tags are not among them unless they were derived as well. */
  readonly derivedTags: readonly string[];
  readonly constraints: Constraints;
  readonly obligations: Obligations;
}

/**
 * Decides a request under a snapshot. Pure: the same arguments give the same answer, no clock and no state.
 * The strictest matching rule wins whatever the order; constraints and obligations of all matching rules are merged to
 * the tightest. No match denies, and so does anything that goes wrong: it never throws.
 */
export function decide(snapshot: PolicySnapshot, request: PolicyRequest): PolicyDecision {
  let derivedTags: readonly string[] = [];
  let ruleIds: readonly string[] = [];
  try {
    checkRequest(request);
    derivedTags = deriveTags(snapshot.classify, request.topic, request.params);
    const rules = matchingRules(snapshot, request, derivedTags);
    ruleIds = rules.map((rule) => rule.id);
    const [deciding] = rules;
    if (!deciding) return denial('No rule matches the request.', ReasonCode.NoMatch, derivedTags, ruleIds);
    const reason = deciding.reason ?? defaultReason(deciding);
    if (deciding.decision === Decision.Deny) return denial(reason, ReasonCode.Rule, derivedTags, ruleIds);
    return {
      type: DecisionType[deciding.decision],
      ruleIds,
      reason,
      reasonCode: ReasonCode.Rule,
      derivedTags,
      constraints: constraintsOf(rules),
      obligations: mergeObligations(rules),
    };
  } catch (error) {
    return denial(faultReason(error), ReasonCode.EvaluationError, derivedTags, ruleIds);
  }
}

function matchingRules(
  snapshot: PolicySnapshot,
  request: PolicyRequest,
  derivedTags: readonly string[],
): readonly PolicyRule[] {
  const positions = snapshot.index.matching(matchContext(request, derivedTags));
  return positions.map((position) => {
    const rule = snapshot.rules[position];
    if (!rule) throw new EvaluationFault('the index names a rule that the policy does not have');
    // Loading refuses unknown words; a snapshot that holds one was not made by loading.
    if (!Object.hasOwn(DecisionType, rule.decision)) {
      throw new EvaluationFault(`rule ${rule.id} has an unknown decision`);
    }
    return rule;
  });
}

function denial(
  reason: string,
  reasonCode: ReasonCode,
  derivedTags: readonly string[],
  ruleIds: readonly string[],
): PolicyDecision {
  return {
    type: DecisionType.deny,
    ruleIds,
    reason,
    reasonCode,
    derivedTags,
    constraints: {},
    obligations: {},
  };
}

function defaultReason({ id, decision }: PolicyRule): string {
  switch (decision) {
    case Decision.Deny:
      return `Denied by rule ${id}.`;
    case Decision.RequireApproval:
      return `Rule ${id} requires an approval.`;
    case Decision.Throttle:
      return `Rule ${id} limits the rate.`;
    case Decision.AllowWithConstraints:
      return `Allowed within the constraints of rule ${id}.`;
    case Decision.Allow:
      return `Allowed by rule ${id}.`;
  }
}

/** Foreign messages stay inside: they may quote the request. */
function faultReason(error: unknown): string {
  return `The policy could not be evaluated: ${faultCause(error)}.`;
}

function faultCause(error: unknown): string {
  if (error instanceof EvaluationFault) return error.message;
  if (error instanceof RangeError) return 'an internal error occurred (RangeError)';
  if (error instanceof TypeError) return 'an internal error occurred (TypeError)';
  return 'an internal error occurred';
}
