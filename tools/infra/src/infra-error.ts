/**
 * A server could not be found, fetched or started.
 *
 * The message always ends with the remedy, because whoever reads it sits at a terminal and wants the next step. It
 * never carries a password: server logs are quoted only from start-up, before any client connects.
 */
export class InfraError extends Error {
  /** What the reader can do about it, one or more sentences. */
  readonly remedy: string;

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\nWhat to do: ${remedy}`, options);
    this.name = 'InfraError';
    this.remedy = remedy;
  }
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Whether a thrown value is a system error with this code, such as `ENOENT`. */
export function hasCode(thrown: unknown, ...codes: string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}
