import type { FaultKind } from '../cel/condition-fault.js';
import type { PolicyDecision } from '../decide/decide.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { PolicyRule, PolicyScope } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { Decision, DecisionType, ReasonCode } from '../vocabulary.js';
import { judgeInputs } from './judge-findings.js';
import { judgePolicy, type PolicyJudgement } from './judge-policy.js';
import { tightestConstraints } from './merge-constraints.js';
import { tightestObligations } from './merge-obligations.js';

/** A decision but for its text: reasons are told in the engine's words only. */
export type ReferenceDecision = Omit<PolicyDecision, 'reason'>;

/**
 * The second opinion: the language read word for word, rule after rule, without an index and without the engine's own
 * matchers and mergers. What it shares with the engine is the grammar of topics, the normal form of resources, the
 * scanner of commands and the answers of CEL expressions. Slow; for proofs and explanations.
 */
export function decideByReference(snapshot: PolicySnapshot, request: PolicyRequest): ReferenceDecision {
  let judgement: PolicyJudgement | undefined;
  try {
    judgement = judgePolicy(snapshot, request);
    return decideBy(snapshot, request, judgement);
  } catch {
    // Whatever goes wrong denies; what went wrong is no part of a decision.
    const matched = snapshot.rules.filter((_, at) => judgement?.rules[at]?.matched);
    return denial(ReasonCode.EvaluationError, judgement?.derivedTags ?? [], matched);
  }
}

function decideBy(
  snapshot: PolicySnapshot,
  request: PolicyRequest,
  { classify, derivedTags, rules }: PolicyJudgement,
): ReferenceDecision {
  for (const judgement of classify) if ('fault' in judgement) return denial(judgement.fault, [], []);
  const matched = inPrecedence(snapshot.rules.filter((_, at) => rules[at]?.matched));
  const [strictest] = matched;
  if (strictest?.decision === Decision.Deny)
    return denial(strictest.reason_code ?? ReasonCode.Rule, derivedTags, matched);
  const faults = new Map<PolicyRule, FaultKind>();
  for (const [at, rule] of snapshot.rules.entries()) {
    const judgement = rules[at];
    if (judgement && 'fault' in judgement) faults.set(rule, judgement.fault);
  }
  const [doubtful] = inPrecedence([...faults.keys()]);
  const fault = doubtful && faults.get(doubtful);
  if (fault) return denial(fault, derivedTags, matched, doubtful);
  if (snapshot.scopes.some((scope) => isUnmet(scope, request, matched)))
    return denial(ReasonCode.NotInScope, derivedTags, matched);
  if (!strictest || matched.every(({ scope }) => scope !== undefined))
    return denial(ReasonCode.NoMatch, derivedTags, matched);
  const constraints = tightestConstraints(matched.flatMap(({ constraints }) => constraints ?? []));
  const byRules: ReferenceDecision = {
    type: DecisionType[strictest.decision],
    ruleIds: matched.map(({ id }) => id),
    reasonCode: strictest.reason_code ?? ReasonCode.Rule,
    derivedTags,
    constraints,
    obligations: tightestObligations(matched),
  };
  const { action, rules: finding } = judgeInputs(snapshot, request);
  const ids = [...finding.map(({ id }) => id), ...byRules.ruleIds];
  const refused = (code: ReasonCode) => ({ ...denial(code, derivedTags, matched), ruleIds: ids });
  if (action === 'unscannable') return refused(ReasonCode.InputUnscannable);
  if (action === 'deny') return refused(ReasonCode.InputFinding);
  if (action === 'redact') return refused(ReasonCode.InputRedacted);
  const isAsked = strictest.decision === Decision.RequireApproval;
  const mayPublish = matched.some((rule) => rule.allow_publish === true && rule.scope === undefined);
  const looks = request.details?.['publish'] === true && !mayPublish && !isAsked;
  if (action !== 'hold' && !looks) return byRules;
  const asking = finding.flatMap(({ id, approval }): PolicyRule[] =>
    approval ? [{ id, decision: Decision.RequireApproval, match: {}, approval }] : [],
  );
  return {
    ...byRules,
    type: DecisionType.require_approval,
    ruleIds: ids,
    reasonCode: action === 'hold' ? ReasonCode.InputFinding : ReasonCode.PublishReview,
    obligations: {
      approval: { quorum: 1, groups: [], ttl_sec: 300 },
      ...tightestObligations([...matched, ...asking]),
    },
  };
}

const ORDER: readonly Decision[] = [
  Decision.Deny,
  Decision.RequireApproval,
  Decision.Throttle,
  Decision.AllowWithConstraints,
  Decision.Allow,
];

/** The strictest first; among equals what grants, then what only tightens, each by id. */
function inPrecedence(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  if (rules.length < 2) return rules;
  const rank = ({ decision, scope }: PolicyRule) =>
    2 * ORDER.indexOf(decision) + (scope === undefined ? 0 : 1);
  return rules.toSorted(
    (left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : Number(left.id > right.id)),
  );
}

/** A scope that is a list of what is allowed, concerns the job, and lists nothing of it. */
function isUnmet(scope: PolicyScope, request: PolicyRequest, matched: readonly PolicyRule[]): boolean {
  if (scope.default !== 'deny') return false;
  if (scope.tenants && !scope.tenants.includes(request.tenantId)) return false;
  if (scope.agents && !scope.agents.includes(request.agentId)) return false;
  return matched.every((rule) => rule.scope !== scope.id);
}

function denial(
  reasonCode: ReasonCode,
  derivedTags: readonly string[],
  matched: readonly PolicyRule[],
  doubtful?: PolicyRule,
): ReferenceDecision {
  const ids = inPrecedence(matched).map(({ id }) => id);
  return {
    type: DecisionType.deny,
    ruleIds: doubtful ? [doubtful.id, ...ids] : ids,
    reasonCode,
    derivedTags,
    constraints: {},
    obligations: matched.some(({ obligations }) => obligations?.includes('notify')) ? { notify: true } : {},
  };
}
