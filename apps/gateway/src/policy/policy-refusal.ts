import { isProblemCode } from '../http/problem-codes.js';
import { ApiError } from '../http/problem.js';
import type { ServiceAnswer } from '../http/ask-service.js';

/** What is said of each refusal of the policy-evaluator. */
const DETAILS: Readonly<Record<string, string>> = {
  not_found: 'There is no such policy or job.',
  invalid_policy: 'The policy is refused: `problems` says what and where.',
  active_changed: 'Another policy is active than the request expects: `active` says which.',
  no_previous_policy: 'No policy was active before this one.',
  policy_pinned: 'The platform is pinned to another policy.',
  policy_unloadable: 'What is stored as this policy does not give its digest any more. Push it again.',
  tenant_mismatch: 'The job names a tenant that its caller does not belong to.',
  invalid_field: 'A member has a wrong type or value.',
  missing_field: 'A member is missing.',
  unknown_field: 'A member is not known.',
  too_large: 'The request is too large.',
  too_deep: 'The body is nested too deep.',
};
/** Members of a refusal that its caller is told. */
const TOLD = ['problems', 'active'] as const;

/** The error that a refusing answer of the policy-evaluator calls for. An unknown code is nobody's fault but ours. */
export function policyRefusal({ code, members }: ServiceAnswer & { ok: false }): Error {
  const detail = DETAILS[code];
  if (detail === undefined || !isProblemCode(code))
    return new Error(`the policy-evaluator refused with the unexpected code ${JSON.stringify(code)}`);
  const { pointer } = members;
  const told = TOLD.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]] as const]));
  return new ApiError(code, detail, typeof pointer === 'string' ? { pointer } : {}, Object.fromEntries(told));
}
