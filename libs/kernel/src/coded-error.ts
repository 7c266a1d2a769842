/**
 * An expected failure with a stable machine-readable code and a sentence that is safe to show to a caller.
 * The private `cause` never leaves the process.
 */
export class CodedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: { readonly pointer?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'CodedError';
  }

  /** RFC 6901 pointer of the offending member, when there is one. */
  get pointer(): string | undefined {
    return this.details.pointer;
  }
}
