/** Longest escape, `\uXXXX`, without its last digit. */
const OPEN_ESCAPE = /\\(?:u[0-9a-fA-F]{0,3})?$/;
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|(.))/gsu;
const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads the escapes of JSON strings in a text that comes in pieces, wherever the pieces are cut. What it gives is what a
 * reader of the JSON will see in its strings; the text around them stays as it is.
 */
export class JsonUnescape {
  private rest = '';

  push(piece: string): string {
    const text = this.rest + piece;
    const open = openAt(text);
    this.rest = text.slice(open);
    return unescaped(text.slice(0, open));
  }

  /** What is left at the end: an escape that is none. */
  end(): string {
    const { rest } = this;
    this.rest = '';
    return rest;
  }
}

/** Where an escape begins that may go on in the next piece; the end of the text when there is none. */
function openAt(text: string): number {
  const at = OPEN_ESCAPE.exec(text.slice(-6))?.index;
  if (at === undefined) return wholeAt(text, text.length);
  const start = text.length - Math.min(6, text.length) + at;
  // An even number of backslashes before it makes it the second half of an escape.
  let before = 0;
  while (text[start - 1 - before] === '\\') before++;
  return before % 2 === 0 ? start : wholeAt(text, text.length);
}

/** Half of a surrogate pair waits for the other half. */
const wholeAt = (text: string, end: number): number =>
  /[\uD800-\uDBFF]$/.test(text.slice(0, end)) ? end - 1 : end;

const unescaped = (text: string): string =>
  text.replaceAll(ESCAPES, (_, hex: string | undefined, plain = '') =>
    hex === undefined
      ? (SIMPLE[plain as string] ?? (plain as string))
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
