import { CharClass, runEnd } from '../characters.js';
import type { View } from '../engine/view.js';
import type { TokenFormat } from '../rule/token-format.js';

/** Characters that bodies of tokens are made of. */
const bodyMask = CharClass.Name | CharClass.Base64Extra | CharClass.Radix64;
/** What may part the lines of a wrapped token: a continuation or an escaped line end, and the next line's indent. */
const joint = /(?:\\?\r?\n|\\r\\n|\\n|=\r?\n)[ \t>|*#]{0,40}/y;
const mostPieces = 8;
const longestPiece = 4096;

/**
 * End of a token body that goes on over several lines. Each line must be a run of body characters and the next line
 * must go on where it ended; undefined when no reading of the lines fits the format.
 */
export function joinWrapped(view: View, bodyStart: number, format: TokenFormat): number | undefined {
  const { text } = view;
  let joined = '';
  const ends: { readonly length: number; readonly end: number }[] = [];
  let at = bodyStart;
  for (let count = 0; count < mostPieces && joined.length < format.longest; count++) {
    const end = bodyRunEnd(view, at);
    if (end - at > format.longest - joined.length) return undefined;
    joined += text.slice(at, end);
    ends.push({ length: joined.length, end });
    joint.lastIndex = end;
    if (!joint.test(text)) break;
    at = joint.lastIndex;
  }
  if (ends.length < 2) return undefined;
  format.after.lastIndex = 0;
  if (!format.after.test(joined)) return undefined;
  const length = format.after.lastIndex;
  const last = ends.find((line) => line.length >= length);
  return last === undefined ? undefined : last.end - (last.length - length);
}

/** End of the run of body characters at a position; a run is read once, from wherever in it it is asked for. */
function bodyRunEnd(view: View, at: number): number {
  const { start, end } = view.tokenRun;
  if (at >= start && at <= end) return end;
  view.tokenRun = { start: at, end: runEnd(view, at, bodyMask, longestPiece) };
  return view.tokenRun.end;
}
