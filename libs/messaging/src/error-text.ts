/** What may be logged of a failure: its message alone, never the values it carries. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
