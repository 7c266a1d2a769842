/** A long text cut to its beginning and its end: what matters may stand at either. */
export interface Folded {
  readonly head: string;
  readonly tail: string;
  /** UTF-16 units left out; 0 when all of it is shown. */
  readonly omitted: number;
}

/** Characters of a text that are shown without asking. */
const HEAD = 1200;
const TAIL = 300;
/** Folding away less than this would save nothing. */
const LEAST = 400;

/** Cuts a long text. It never cuts a pair in two: half of one would be shown as something it is not. */
export function fold(text: string): Folded {
  if (text.length <= HEAD + TAIL + LEAST) return { head: text, tail: '', omitted: 0 };
  const head = text.slice(0, wholeAt(text, HEAD));
  const tail = text.slice(wholeAt(text, text.length - TAIL));
  return { head, tail, omitted: text.length - head.length - tail.length };
}

function wholeAt(text: string, at: number): number {
  const isInPair = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isInPair ? at + 1 : at;
}

/** UTF-8 bytes of a text, in words. */
export function sizeOf(text: string): string {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
