/** Something that the caller can put right. It is told in one line, without a stack trace; the exit code is 1. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The code of a failed system call, such as `ENOENT`, or the message of any other error. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  // `fetch` says only that it failed; why is in the cause.
  return error.cause === undefined ? error.message : causeOf(error.cause);
}
