/** Every code that an answer of the HTTP API can carry, with its status and its title. Stable; clients branch on them. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  duplicate_key: { status: 400, title: 'A member occurs twice' },
  unsafe_integer: { status: 400, title: 'An integer is beyond 2^53-1' },
  number_out_of_range: { status: 400, title: 'A number is too large' },
  lone_surrogate: { status: 400, title: 'A string holds half of a surrogate pair' },
  forbidden_key: { status: 400, title: 'A member name is not allowed' },
  too_deep: { status: 400, title: 'The body is nested too deep' },
  unknown_field: { status: 400, title: 'A member is not known' },
  invalid_field: { status: 400, title: 'A member has a wrong type or value' },
  missing_field: { status: 400, title: 'A member is missing' },
  invalid_header: { status: 400, title: 'A header has a wrong value' },
  malformed_request: { status: 400, title: 'The request could not be read' },
  unauthenticated: { status: 401, title: 'The caller is not known' },
  invalid_credentials: { status: 401, title: 'The credentials are not accepted' },
  foreign_origin: { status: 403, title: 'The request comes from another site' },
  tenant_mismatch: { status: 403, title: 'The job names another tenant' },
  self_approval: { status: 403, title: 'Nobody approves their own job' },
  submitter_unknown: { status: 403, title: 'Nobody knows whose job this is' },
  not_in_group: { status: 403, title: 'Reviewers of another group are wanted' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  job_id_conflict: { status: 409, title: 'Another job has this id' },
  not_released: { status: 409, title: 'The output is not released' },
  illegal_transition: { status: 409, title: 'The state does not allow it' },
  already_resolved: { status: 409, title: 'The approval is resolved already' },
  already_voted: { status: 409, title: 'This reviewer has voted already' },
  expired: { status: 409, title: 'The approval has expired' },
  policy_changed: { status: 409, title: 'The policy has changed' },
  precondition_failed: { status: 412, title: 'The precondition does not hold' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Only application/json is accepted' },
  range_not_satisfiable: { status: 416, title: 'There is no such range' },
  expectation_failed: { status: 417, title: 'The expectation cannot be met' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another body' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Whether a text is one of the codes of {@link PROBLEMS}. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
