import { pointerToken } from '@countersign/kernel';
import { ApiError } from './problem.js';

/** What an unknown name is the name of. */
export type Named = 'member' | 'query parameter';

/** The refusal `unknown_field` of a member or a query parameter. It names it and never its value. */
export function refuseMember(name: string, named: Named = 'member'): ApiError {
  const pointer = `/${pointerToken(name)}`;
  return new ApiError('unknown_field', `the ${named} ${pointer} is not known`, { pointer });
}
