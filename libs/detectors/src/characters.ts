import type { View } from './engine/view.js';

/** Character classes as bits, so that one table look-up answers every question about an ASCII character. */
export const CharClass = {
  Digit: 1,
  Letter: 2,
  Alnum: 3,
  Underscore: 4,
  Hyphen: 8,
  Dot: 16,
  Word: 7,
  Token: 15,
  Name: 31,
  Base64Extra: 32,
  EmailExtra: 64,
  Blank: 128,
  Radix64: 256,
  Hex: 512,
  Upper: 1024,
} as const;

const classes = new Uint16Array(128);
mark('0123456789', CharClass.Digit);
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', CharClass.Letter);
mark('_', CharClass.Underscore);
mark('-', CharClass.Hyphen);
mark('.', CharClass.Dot);
mark('+/=~', CharClass.Base64Extra);
mark('%+', CharClass.EmailExtra);
mark(' \t\r\n', CharClass.Blank);
mark('+/', CharClass.Radix64);
mark('0123456789abcdefABCDEF', CharClass.Hex);
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZ', CharClass.Upper);

function mark(characters: string, bit: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

/** The class bits of a UTF-16 unit; 0 outside ASCII and for NaN, which `charCodeAt` gives beyond the text. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : 0;
}

/** Whether the character at `index` belongs to one of the classes in `mask`. */
export function isAt(text: string, index: number, mask: number): boolean {
  return index >= 0 && (classOf(text.charCodeAt(index)) & mask) !== 0;
}

/** End of the run of characters of `mask` that starts at `from`, at most `limit` characters long. */
export function runEnd(view: View, from: number, mask: number, limit: number): number {
  const stop = Math.min(view.text.length, from + limit);
  let end = from;
  while (end < stop && (classOf(view.text.charCodeAt(end)) & mask) !== 0) end++;
  view.work.steps += end - from + 1;
  return end;
}

/** Start of the run of characters of `mask` that ends before `end`, at most `limit` characters long. */
export function runStart(view: View, end: number, mask: number, limit: number): number {
  const stop = Math.max(0, end - limit);
  let start = end;
  while (start > stop && (classOf(view.text.charCodeAt(start - 1)) & mask) !== 0) start--;
  view.work.steps += end - start + 1;
  return start;
}
