/** What may be said of a failure in a log line. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'not an error';
