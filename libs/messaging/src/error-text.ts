/**
 * What may be logged of a failure: its message alone, never the values it carries. Nest hands an error of a handler on
 * as an object with a message.
 */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return typeof message === 'string' ? message : `a thrown ${typeof message}`;
}
