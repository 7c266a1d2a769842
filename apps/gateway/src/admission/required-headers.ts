import { ApiError } from '../http/problem.js';
import { RequiredHeader } from '../settings/route-limits.js';

const MAX_LENGTH = 128;

const HEADERS: Readonly<Record<RequiredHeader, { readonly name: string; readonly pattern: RegExp }>> = {
  [RequiredHeader.AgentId]: { name: 'X-Agent-ID', pattern: /^agent-[a-z0-9-]+$/ },
  [RequiredHeader.TaskId]: { name: 'X-Task-ID', pattern: /^task-[a-z0-9-]+$/ },
};

/** The values of required headers, by name. Throws `missing_header`, or `invalid_header` for another form or several. */
export function readRequiredHeaders(
  required: readonly RequiredHeader[],
  headers: Readonly<Record<string, readonly string[] | undefined>>,
): ReadonlyMap<RequiredHeader, string> {
  return new Map(
    required.map((header) => {
      const { name, pattern } = HEADERS[header];
      const [value, ...more] = headers[header] ?? [];
      if (value === undefined) throw new ApiError('missing_header', `${name} is required here.`);
      if (more.length > 0 || value.length > MAX_LENGTH || !pattern.test(value))
        throw new ApiError('invalid_header', `${name} must be one value of the form ${pattern.source}.`);
      return [header, value] as const;
    }),
  );
}
