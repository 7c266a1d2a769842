import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { Encoding } from '../engine/span.js';
import type { DecodeBudget } from './decode-budget.js';

/** What came out of compressed bytes: their text, or undefined when there is more of it than the budget allows. */
export interface Inflated {
  readonly text: string | undefined;
  readonly encodings: readonly Encoding[];
}

/** Most bytes that one compressed run may give: a larger one is a bomb. */
const most = 1024 * 1024;
/** Shorter data is not worth a guess. */
const fewestToGuess = 32;

/** Whether bytes begin like gzip or zlib data. */
export function looksCompressed(bytes: Uint8Array): boolean {
  return isGzip(bytes) || isZlib(bytes);
}

function isGzip([first, second, third]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b && third === 8;
}

/** Deflate with a window, and the header's check bits right. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x8f) === 8 && ((first << 8) | second) % 31 === 0;
}

/** Inflates bytes that say they are compressed, and, if told so, tries bytes that do not. */
export function inflate(bytes: Buffer, budget: DecodeBudget, mayGuess: boolean): Inflated | undefined {
  const limit = Math.min(most, budget.bytes);
  if (limit <= 0) return { text: undefined, encodings: [] };
  if (isGzip(bytes))
    return attempt(() => gunzipSync(bytes, { maxOutputLength: limit }), Encoding.Gzip, budget);
  if (isZlib(bytes))
    return attempt(() => inflateSync(bytes, { maxOutputLength: limit }), Encoding.Deflate, budget);
  if (!mayGuess || bytes.length < fewestToGuess || budget.guesses <= 0) return undefined;
  budget.guesses--;
  const guessed = attempt(() => inflateRawSync(bytes, { maxOutputLength: limit }), Encoding.Deflate, budget);
  return guessed?.text === undefined ? undefined : guessed;
}

function attempt(run: () => Buffer, encoding: Encoding, budget: DecodeBudget): Inflated | undefined {
  try {
    const bytes = run();
    budget.bytes -= bytes.length;
    return { text: bytes.toString('utf8'), encodings: [encoding] };
  } catch (error) {
    // Data that only began like compressed data is no finding; data that has no end is one.
    const isBomb = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isBomb ? { text: undefined, encodings: [encoding] } : undefined;
  }
}
