import type { FaultKind } from '../cel/condition-fault.js';
import type { PolicyRule } from '../policy-rule.js';
import { Decision, ReasonCode } from '../vocabulary.js';
import { EvaluationFault } from './evaluation-fault.js';

/** What is told of a rule that states no reason. */
export function defaultReason({ id, decision }: PolicyRule): string {
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

/** What is told of a rule that has no answer for a job. */
export function doubtReason(rule: string, kind: FaultKind): string {
  return kind === ReasonCode.MissingInput
    ? `${rule} asks for something that the job does not have.`
    : `${rule} can't be applied: a value of the job is not of the kind that it needs.`;
}

/** What is told of a failure. Foreign messages stay inside: they may quote the request. */
export function faultReason(error: unknown): string {
  return `The policy could not be evaluated: ${faultCause(error)}.`;
}

/** What is told of an error that is not of the request or the rules but of the engine. */
const INTERNAL = 'an internal error occurred';

/** Whether a reason tells of an error of the engine itself: that is the platform's to mend, and no client's doing. */
export const isEngineFault = (reason: string): boolean => reason.includes(`: ${INTERNAL}`);

function faultCause(error: unknown): string {
  if (error instanceof EvaluationFault) return error.message;
  if (error instanceof RangeError) return `${INTERNAL} (RangeError)`;
  if (error instanceof TypeError) return `${INTERNAL} (TypeError)`;
  return INTERNAL;
}
