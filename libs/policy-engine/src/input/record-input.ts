import type { DecisionInput } from '@countersign/contracts';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { ScannedInput } from './scanned-input.js';

type Links = Pick<DecisionInput, 'replaced_by' | 'replaces'>;

/** The rule set of a job that nobody wanted to have scanned. */
const NO_SCAN = '';

/** What the detectors said, as a decision keeps it. */
export function recordInput(input: ScannedInput | undefined, links: Links): DecisionInput {
  return {
    rule_set: input?.ruleSet ?? NO_SCAN,
    complete: input?.complete ?? false,
    redactable: input?.redactable ?? false,
    found: input?.found ?? 0,
    findings: (input?.findings ?? []).map((finding) => ({ ...finding })),
    ...links,
  };
}

/** The question with what was said when the decision was made: nothing is scanned again. */
export function withRecordedInput(
  request: PolicyRequest,
  recorded: DecisionInput | undefined,
): PolicyRequest {
  if (recorded === undefined) return request;
  const { rule_set: ruleSet, complete, redactable, found, findings, replaces } = recorded;
  const wasScanned = ruleSet !== NO_SCAN;
  return {
    ...request,
    ...(wasScanned && { input: { ruleSet, complete, redactable, found, findings } }),
    ...(replaces && { redacted: true as const }),
  };
}
