import type { PolicyRequest } from '../decide/policy-request.js';
import type { FindingMatch, InputRule } from '../findings/finding-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { holdsFor, speaksOf } from '../reference/judge-findings.js';
import type { ExplainedInputRule, FailedCondition, InputConditionName } from './explanation.js';
import { listed } from './listed.js';

/** Every rule about inputs, in order: whether it matched, or the first of its conditions that failed. */
export function explainInputs({ input }: PolicySnapshot, request: PolicyRequest): ExplainedInputRule[] {
  return (input?.rules ?? []).map((rule) => explainInput(rule, request));
}

function explainInput({ id, action, scope, match }: InputRule, request: PolicyRequest): ExplainedInputRule {
  const head = { ruleId: id, action, ...(scope !== undefined && { scope }) };
  const failed = failedOf(match, request);
  return failed ? { ...head, matched: false, failed } : { ...head, matched: true };
}

function failedOf(
  match: FindingMatch,
  request: PolicyRequest,
): FailedCondition<InputConditionName> | undefined {
  for (const condition of ['topics', 'tenants', 'agents'] as const) {
    const only = match[condition];
    if (only && !speaksOf({ [condition]: only }, request))
      return { condition, detail: `asks for one of the ${condition} ${listed(only)}` };
  }
  const found = request.input?.findings ?? [];
  return found.some((finding) => holdsFor(match, finding))
    ? undefined
    : { condition: 'findings', detail: describeFindings(match) };
}

function describeFindings({ kinds, severities }: FindingMatch): string {
  const parts = [
    ...(kinds ? [`of the kinds ${listed(kinds)}`] : []),
    ...(severities ? [`of the severities ${listed(severities)}`] : []),
  ];
  return ['asks for a finding', ...parts].join(' ');
}
