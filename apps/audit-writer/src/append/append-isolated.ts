/** Appends messages in one transaction. */
export type Append<M> = (messages: readonly M[]) => Promise<void>;

/**
 * Appends messages, in halves when the database refuses their data, so that one message can't keep the others out of
 * the log. A single message that is refused is appended as `bare` makes it. Other failures are thrown at once: they are
 * nobody's fault, and what was appended before them is recognised when it comes again.
 */
export async function appendIsolated<M>(
  messages: readonly M[],
  append: Append<M>,
  bare: (message: M) => M,
): Promise<void> {
  try {
    await append(messages);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (messages.length === 1) return append(messages.map(bare));
    const middle = Math.ceil(messages.length / 2);
    await appendIsolated(messages.slice(0, middle), append, bare);
    await appendIsolated(messages.slice(middle), append, bare);
  }
}

/** SQLSTATE classes 22 (data exception) and 54 (program limit exceeded), and values without a JSON form. */
function isDataError(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(22|54)/.test(code);
}
