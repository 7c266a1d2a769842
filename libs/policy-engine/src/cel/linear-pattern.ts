import { RRegex } from 'rregex';

/** Longest pattern, in characters. */
const MAX_PATTERN_LENGTH = 1024;

/** A pattern that is matched in time linear in the text. */
export interface LinearPattern {
  readonly test: (text: string) => boolean;
}

/** A compiled pattern, or why there is none. */
export type CompiledPattern = { readonly pattern: LinearPattern } | { readonly fault: string };

/** Compiles a pattern in the syntax of RE2: no look-around, no back-references. It may match anywhere in the text. */
export function compilePattern(text: string): CompiledPattern {
  if (text.length > MAX_PATTERN_LENGTH) {
    return { fault: `the pattern is longer than ${MAX_PATTERN_LENGTH} characters` };
  }
  try {
    const regex = new RRegex(text);
    return { pattern: { test: (value) => regex.isMatch(value) } };
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split('\n');
    return { fault: `the pattern can't be compiled: ${(lines.at(-1) ?? '').replace(/^error: /, '')}` };
  }
}
