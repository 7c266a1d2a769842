import { ConditionFault, type FaultKind } from '../cel/condition-fault.js';
import { ConditionInput } from '../cel/condition-input.js';
import type { Condition } from '../cel/condition.js';
import { deriveTags } from '../classify/derive-tags.js';
import { applyInput } from '../input/apply-input.js';
import type { Constraints, PolicyRule } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { topicTokens } from '../topic/topic-pattern.js';
import { Decision, DecisionType, ReasonCode } from '../vocabulary.js';
import { EvaluationFault, RuleFault } from './evaluation-fault.js';
import { matchContext } from './match-context.js';
import { constraintsOf } from './merge-constraints.js';
import { mergeObligations, obligationsOfDenial, type Obligations } from './merge-obligations.js';
import { checkRequest, type PolicyRequest } from './policy-request.js';
import { defaultReason, doubtReason, faultReason } from './reasons.js';
import { unmetScope } from './unmet-scope.js';

/** The answer to a request. `DENY` carries no constraints and no obligation but `notify`: nothing runs. */
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

/** What came of looking at the rules. */
interface Findings {
  readonly matched: readonly PolicyRule[];
  /** The strictest rule without an answer, the first by id among equals. */
  readonly doubt?: { readonly rule: PolicyRule; readonly kind: FaultKind };
}

const NONE: readonly string[] = [];

/**
 * Decides a request under a snapshot. Pure: the same arguments give the same answer, no clock and no state.
 * The strictest matching rule wins whatever the order; constraints and obligations of all matching rules are merged to
 * the tightest. What was found in the job, and that it publishes, only tighten. No match denies, and so does anything that goes wrong: it never throws. What is told of several reasons
 * to deny is, in this order: a rule that denies, a rule without an answer, a scope, that no rule matches.
 */
export function decide(snapshot: PolicySnapshot, request: PolicyRequest): PolicyDecision {
  let derivedTags = NONE;
  let matched: readonly PolicyRule[] = [];
  try {
    checkRequest(request);
    const tokens = topicTokens(request.topic);
    let made: ConditionInput | undefined;
    const input = () => (made ??= new ConditionInput(request, tokens, snapshot.sets));
    derivedTags = deriveTags(snapshot, tokens, request.params, input);
    const context = matchContext(request, tokens, derivedTags);
    const withTags = () => input().withTags(context.tags);
    const findings = look(snapshot, snapshot.index.matching(context), withTags);
    matched = findings.matched;
    const [deciding] = matched;
    if (deciding?.decision === Decision.Deny) {
      const code = deciding.reason_code ?? ReasonCode.Rule;
      return denial(deciding.reason ?? defaultReason(deciding), code, derivedTags, matched);
    }
    if (findings.doubt) {
      const { rule, kind } = findings.doubt;
      return denial(doubtReason(`Rule ${rule.id}`, kind), kind, derivedTags, matched, rule.id);
    }
    const scope = unmetScope(snapshot.scopes, request, matched);
    if (scope) return denial('No rule of the scope matches.', ReasonCode.NotInScope, derivedTags, matched);
    if (!deciding || !matched.some(({ scope: of }) => of === undefined)) {
      return denial('No rule matches the request.', ReasonCode.NoMatch, derivedTags, matched);
    }
    const decided: PolicyDecision = {
      type: DecisionType[deciding.decision],
      ruleIds: matched.map((rule) => rule.id),
      reason: deciding.reason ?? defaultReason(deciding),
      reasonCode: deciding.reason_code ?? ReasonCode.Rule,
      derivedTags,
      constraints: constraintsOf(matched),
      obligations: mergeObligations(matched),
    };
    return applyInput(snapshot, request, tokens, decided, matched);
  } catch (error) {
    if (error instanceof RuleFault) {
      return denial(doubtReason(capital(error.rule), error.kind), error.kind, derivedTags, matched);
    }
    return denial(faultReason(error), ReasonCode.EvaluationError, derivedTags, matched);
  }
}

function look(
  snapshot: PolicySnapshot,
  candidates: { readonly fitting: readonly number[]; readonly doubtful: readonly number[] },
  input: () => ConditionInput,
): Findings {
  const matched: PolicyRule[] = [];
  let doubtAt = Infinity;
  let doubt: Findings['doubt'];
  for (const position of candidates.fitting) {
    const rule = ruleAt(snapshot, position);
    const answer = answerOf(snapshot.conditions.rules[position], input);
    if (answer === true) matched.push(rule);
    else if (answer !== false && position < doubtAt) [doubtAt, doubt] = [position, { rule, kind: answer }];
  }
  for (const position of candidates.doubtful) {
    if (position > doubtAt) break;
    const rule = ruleAt(snapshot, position);
    if (answerOf(snapshot.conditions.rules[position], input) === false) continue;
    [doubtAt, doubt] = [position, { rule, kind: ReasonCode.MissingInput }];
  }
  return doubt ? { matched, doubt } : { matched };
}

/** Whether all conditions of a rule hold, or why they have no answer. */
function answerOf(
  conditions: readonly Condition[] | undefined,
  input: () => ConditionInput,
): boolean | FaultKind {
  if (!conditions) return true;
  let fault: FaultKind | undefined;
  for (const condition of conditions) {
    try {
      if (!condition.holds(input())) return false;
    } catch (error) {
      if (!(error instanceof ConditionFault)) throw error;
      fault ??= error.kind;
    }
  }
  return fault ?? true;
}

function ruleAt(snapshot: PolicySnapshot, position: number): PolicyRule {
  const rule = snapshot.rules[position];
  if (!rule) throw new EvaluationFault('the index names a rule that the policy does not have');
  // Loading refuses unknown words; a snapshot that holds one was not made by loading.
  if (!Object.hasOwn(DecisionType, rule.decision)) {
    throw new EvaluationFault(`rule ${rule.id} has an unknown decision`);
  }
  return rule;
}

function denial(
  reason: string,
  reasonCode: ReasonCode,
  derivedTags: readonly string[],
  matched: readonly PolicyRule[],
  first?: string,
): PolicyDecision {
  const ids = matched.map((rule) => rule.id);
  return {
    type: DecisionType.deny,
    ruleIds: first === undefined ? ids : [first, ...ids.filter((id) => id !== first)],
    reason,
    reasonCode,
    derivedTags,
    constraints: {},
    obligations: obligationsOfDenial(matched),
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
