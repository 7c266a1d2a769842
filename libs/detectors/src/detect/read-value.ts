import type { View } from '../engine/view.js';
import { CharClass, isAt } from '../characters.js';

/** A value as it stands in the text, without its quotation marks. */
export interface ReadValue {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** A quoted value is read this far; one without its closing mark by then is none. */
const longestQuoted = 8192;

const opening = /(\\{0,15})(["'`])/y;

/** The value in the quotation marks that open at `from`, which may be escaped as in JSON inside a JSON string. */
export function readQuoted(view: View, from: number): ReadValue | undefined {
  opening.lastIndex = from;
  const found = opening.exec(view.text);
  if (found === null) return undefined;
  const [whole, escapes, quote] = found;
  const start = from + whole.length;
  const stop = Math.min(view.text.length, start + longestQuoted);
  let end = start;
  for (; end < stop; end++) {
    const character = view.text[end];
    if (character === '\n') return undefined;
    if (character === quote) break;
    if (character === '\\' && escapes === '') end++;
  }
  view.work.steps += end - from;
  if (end >= stop) return undefined;
  while (escapes !== '' && view.text[end - 1] === '\\') end--;
  return { start, end, quoted: true };
}

const alwaysStop = new Set(' \t\r\n"\'`'.split(''));
const stopOutsideShell = new Set('<>,;&'.split(''));
const closing = new Set(')}]'.split(''));

/**
 * Values in one unbroken run of characters may be judged this often at any length, then only when at most half as
 * long as the one judged before: `pwd=pwd=pwd=…` would otherwise cost its length squared.
 */
const freeJudgements = 8;

/**
 * The value that starts at `from` and runs to the next blank, quotation mark or, outside a shell line, delimiter. Gives
 * undefined also when values in the same run were judged too often.
 */
export function readUnquoted(view: View, from: number, toLineEnd: boolean): ReadValue | undefined {
  const kind = toLineEnd ? 'toBlank' : 'toDelimiter';
  const last = view.valueRuns[kind];
  const sameRun = from >= last.start && from < last.end;
  const end = sameRun ? last.end : unquotedEnd(view, from, toLineEnd);
  const length = end - from;
  if (length < 1) return undefined;
  if (sameRun && last.judgedCount >= freeJudgements && length * 2 > last.judgedLength) return undefined;
  const judgedCount = sameRun ? last.judgedCount + 1 : 1;
  const start = sameRun ? last.start : from;
  view.valueRuns[kind] = { start, end, judgedLength: length, judgedCount };
  view.work.steps += Math.min(length, 512);
  return { start: from, end, quoted: false };
}

function unquotedEnd(view: View, from: number, toLineEnd: boolean): number {
  const { text, markers } = view;
  let end = from;
  while (end < text.length) {
    const character = text[end] ?? ' ';
    const markerEnd = character === '[' ? markers.get(end) : undefined;
    if (markerEnd !== undefined) {
      end = markerEnd;
      continue;
    }
    if (alwaysStop.has(character) || (character === '\\' && /["'nrt]/.test(text[end + 1] ?? ''))) break;
    if (!toLineEnd && isDelimiter(text, end, character)) break;
    end++;
  }
  view.work.steps += end - from;
  return end;
}

/** A closing bracket ends a value only when nothing follows that could belong to it. */
function isDelimiter(text: string, at: number, character: string): boolean {
  if (stopOutsideShell.has(character)) return true;
  return closing.has(character) && !isAt(text, at + 1, CharClass.Alnum);
}
