import type { JsonValue } from './json-value.js';
import { parsePlainJson } from './plain-json.js';
import { readStrictJson, Refusal, type StrictJsonProblem } from './strict-json-reader.js';

export type { StrictJsonProblem } from './strict-json-reader.js';

/** Limits of {@link parseStrictJson}. */
export interface StrictJsonLimits {
  /** Deepest nesting of arrays and objects. @default 64 */
  readonly maxDepth?: number;
}

export type StrictJsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: StrictJsonProblem };

/**
 * Parses JSON so that one text has one reading: duplicate keys, integers beyond 2^53-1, numbers that overflow, lone
 * surrogates, `__proto__` members and nesting past the limit are refused. `JSON.parse` lets all of these through, and
 * texts that differ in them hash alike once canonicalised.
 */
export function parseStrictJson(text: string, { maxDepth = 64 }: StrictJsonLimits = {}): StrictJsonResult {
  const plain = parsePlainJson(text, maxDepth);
  if (plain !== undefined) return { ok: true, value: plain };
  try {
    return { ok: true, value: readStrictJson(text, maxDepth) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}
