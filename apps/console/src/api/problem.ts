/** A refusal by the API (RFC 9457), or that it could not be reached (`status` 0, code `unreachable`). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

/** What an error is to people. */
export function wordsOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.message === '' ? error.title : error.message;
  return error instanceof Error ? error.message : String(error);
}
