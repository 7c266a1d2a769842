import { CharClass, isAt } from '../characters.js';
import type { Span } from '../engine/span.js';

const runMask = CharClass.Token | CharClass.Radix64;
/** Encoded text up to this long is kept together. */
const longestRun = 65_536;

/**
 * Where a block may be cut so that what is before the cut is decided: at most at `limit`, outside of every span and
 * not within encoded text, as far as that can be held.
 */
export function cutBefore(text: string, spans: readonly Span[], from: number, limit: number): number {
  let cut = startOfRun(text, limit, from);
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i];
    if (span !== undefined && span.start < cut && span.end > cut) cut = span.start;
  }
  cut = wholeCharacter(text, cut);
  if (cut > from) return cut;
  const open = spans.find((span) => span.start <= from && span.end > from);
  return wholeCharacter(text, Math.max(from + 2, Math.min(limit, open?.end ?? limit)));
}

function startOfRun(text: string, limit: number, from: number): number {
  if (!isAt(text, limit, runMask) || !isAt(text, limit - 1, runMask)) return limit;
  const least = Math.max(from + 1, limit - longestRun);
  let start = limit;
  while (start > least && isAt(text, start - 1, runMask)) start--;
  return start > least ? start : limit;
}

/** The position itself, or the one before it when it would part a pair of surrogates. */
export function wholeCharacter(text: string, position: number): number {
  return (text.charCodeAt(position) & 0xfc00) === 0xdc00 &&
    (text.charCodeAt(position - 1) & 0xfc00) === 0xd800
    ? position - 1
    : position;
}
