import { pointerToken } from '@countersign/kernel';
import { ApiError } from './problem.js';

/** The refusal `unknown_field` of a member or a query parameter. It names it and never its value. */
export function refuseMember(name: string): ApiError {
  const pointer = `/${pointerToken(name)}`;
  return new ApiError('unknown_field', `the member ${pointer} is not known`, { pointer });
}
