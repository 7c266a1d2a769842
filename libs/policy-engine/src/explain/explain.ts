import type { PolicyRequest } from '../decide/policy-request.js';
import { decide } from '../decide/decide.js';
import type { ClassifyRule, PolicyRule, PolicyScope } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import type { ClassifyJudgement } from '../reference/judge-classify.js';
import { judgePolicy, type PolicyJudgement } from '../reference/judge-policy.js';
import type { Judgement } from '../reference/judge-rule.js';
import { explainInputs } from './explain-inputs.js';
import { describeClassify, describeCondition } from './describe-condition.js';
import type { ExplainedClassifyRule, ExplainedRule, ExplainedScope, Explanation } from './explanation.js';

/**
 * Decides a request and tells why (P12): of every rule, in order, whether it matched or the first of its conditions that
 * failed, by the reference reading of the language. Like the decision it is pure and never throws. Slower than deciding:
 * it looks at every rule.
 */
export function explain(snapshot: PolicySnapshot, request: PolicyRequest): Explanation {
  const decision = decide(snapshot, request);
  const judgement = judged(snapshot, request);
  if (!judgement) return { decision, rules: [], classify: [], inputs: [], scopes: [] };
  const { rules, classify } = judgement;
  const matched = snapshot.rules.filter((_, at) => rules[at]?.matched);
  return {
    decision,
    rules: snapshot.rules.flatMap((rule, at) => explainRule(rule, rules[at]) ?? []),
    classify: snapshot.classify.flatMap((rule, at) => explainClassify(rule, classify[at]) ?? []),
    inputs: explainInputs(snapshot, request),
    scopes: snapshot.scopes.map((scope) => explainScope(scope, request, matched)),
  };
}

function judged(snapshot: PolicySnapshot, request: PolicyRequest): PolicyJudgement | undefined {
  try {
    return judgePolicy(snapshot, request);
  } catch {
    // The decision says what is wrong: it denies, for the same reason.
    return undefined;
  }
}

function explainRule(rule: PolicyRule, judgement: Judgement | undefined): ExplainedRule | undefined {
  if (!judgement) return undefined;
  const { id, decision, scope, match, when } = rule;
  const head = { ruleId: id, decision, ...(scope !== undefined && { scope }) };
  if (judgement.matched) return { ...head, matched: true };
  if ('fault' in judgement) {
    const { condition, fault } = judgement;
    const detail =
      condition === 'when' ? 'has a condition without an answer' : describeCondition(match, condition);
    return { ...head, matched: false, fault, detail };
  }
  const detail =
    judgement.failed === 'when'
      ? describeWhen(when, judgement.at)
      : describeCondition(match, judgement.failed);
  return { ...head, matched: false, failed: { condition: judgement.failed, detail } };
}

function explainClassify(
  rule: ClassifyRule,
  judgement: ClassifyJudgement | undefined,
): ExplainedClassifyRule | undefined {
  if (!judgement) return undefined;
  const head = { ruleId: rule.id, tags: rule.add_tags };
  if (judgement.matched) return { ...head, matched: true };
  if ('fault' in judgement) {
    return { ...head, matched: false, fault: judgement.fault, detail: 'has a condition without an answer' };
  }
  const detail =
    judgement.failed === 'when'
      ? describeWhen(rule.when, judgement.at)
      : describeClassify(rule.match, judgement.failed);
  return { ...head, matched: false, failed: { condition: judgement.failed, detail } };
}

function describeWhen(when: readonly string[] | undefined, at: number): string {
  return `asks that ${when?.[at] ?? ''}`;
}

function explainScope(
  { id, tenants, agents, default: byDefault }: PolicyScope,
  { tenantId, agentId }: PolicyRequest,
  matched: readonly PolicyRule[],
): ExplainedScope {
  return {
    id,
    default: byDefault,
    concerned: (!tenants || tenants.includes(tenantId)) && (!agents || agents.includes(agentId)),
    matched: matched.filter(({ scope }) => scope === id).map((rule) => rule.id),
  };
}
