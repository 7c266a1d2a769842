/** What all decodings of one scan may cost together, however they are nested. */
export interface DecodeBudget {
  /** Bytes that may still come out of decodings. */
  bytes: number;
  /** Attempts to inflate what does not say that it is compressed. */
  guesses: number;
}

/** Decodings undone one inside another. */
export const MAX_DECODING_DEPTH = 3;

/** Bytes that decodings of a text may give: a base allowance and four times its length. */
const allowance = 4 * 1024 * 1024;
const perCharacter = 4;
const guesses = 2;

/** The budget of a text of a length. */
export function budgetFor(length: number): DecodeBudget {
  return { bytes: allowance + perCharacter * length, guesses };
}
