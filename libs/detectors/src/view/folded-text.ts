import { readAs } from './confusables.js';
import { Disguise } from './disguise.js';

/** A stretch of text as a reader would understand it, with the place in the original of each of its characters. */
export interface FoldedText {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Where the stretch ends in the original. */
  readonly limit: number;
}

/** The place in the original of a place in the folded text, with what was removed after it and the quotes around it. */
export function originalPlace(
  folded: FoldedText,
  original: string,
  from: number,
  to: number,
): { start: number; end: number } {
  const start = folded.starts[from] ?? 0;
  const last = folded.ends[to - 1] ?? start;
  const next = to < folded.starts.length ? (folded.starts[to] ?? last) : folded.limit;
  const end = Math.max(last, next);
  const quote = original[start - 1] ?? '';
  const isJoined =
    '"\'`'.includes(quote) &&
    quote !== '' &&
    original[end] === quote &&
    original.slice(start, end).includes(quote);
  return isJoined ? { start: start - 1, end: end + 1 } : { start, end };
}

/** Everything that may stand for something else: neither ASCII nor accented Latin, Chinese, Japanese, Korean or emoji. */
const nonAscii =
  '[^\\x01-\\x9f\\xa1-\\xa9\\xab\\xac\\xae-\\xb1\\xb4-\\xb8\\xbb-\\u024f\\u3041-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3\\ud83c-\\ud83e\\udc00-\\udfff]';
const json =
  '\\\\{1,8}(?:u00[2-7][0-9a-fA-F]|u\\{0{0,4}[2-7][0-9a-fA-F]\\}|x[2-7][0-9a-fA-F]|[01][0-7]{2}|/)';
const percent = '%(?:25){0,3}[2-7][0-9a-fA-F]';
const entity = '&(?:amp;){0,3}(?:#0{0,5}\\d{2,3};?|#[xX]0{0,5}[2-7][0-9a-fA-F];?|[a-zA-Z]{2,8};)';
/** Colours and bold type in the middle of a word. */
const terminal = '\\x1b\\[[0-9;]{0,16}m';
const quotedPrintable = '=[2-7][0-9A-F]|=\\r?\\n';
const concatenation =
  '(?<=[\\w+/=-]{2})["\'`][ \\t]{0,8}(?:[+.&]|\\.\\.|\\\\)?\\s{0,24}(?:\\\\\\r?\\n\\s{0,24})?["\'`](?=[\\w+/=-])';

/** How much text on either side of a disguise is read with it. */
const margin = 600;

/** The pattern of the disguises that were noted in a text. */
function patternFor(disguises: number): RegExp | undefined {
  const parts: string[] = [];
  if ((disguises & (Disguise.NonAscii | Disguise.Terminal)) !== 0) parts.push(nonAscii);
  if ((disguises & Disguise.Terminal) !== 0) parts.push(terminal);
  if ((disguises & Disguise.JsonEscape) !== 0) parts.push(json);
  if ((disguises & Disguise.Percent) !== 0) parts.push(percent);
  if ((disguises & Disguise.Entity) !== 0) parts.push(entity);
  if ((disguises & Disguise.QuotedPrintable) !== 0) parts.push(quotedPrintable);
  if ((disguises & Disguise.Concatenation) !== 0) parts.push(concatenation);
  return parts.length === 0 ? undefined : patterns(parts.join('|'));
}

const compiled = new Map<string, RegExp>();

function patterns(source: string): RegExp {
  const known = compiled.get(source) ?? new RegExp(source, 'g');
  compiled.set(source, known);
  return known;
}

/**
 * Removes invisible characters, turns compatibility forms and look-alike letters into ASCII, resolves JSON, percent,
 * HTML and quoted-printable escapes of printable ASCII, and joins adjacent string literals. Only stretches around such
 * places are given, so a single accent in a long text costs little. The result is meant for detection only.
 */
export function foldText(text: string, disguises: number): FoldedText[] {
  const pattern = patternFor(disguises);
  if (pattern === undefined) return [];
  const folded: FoldedText[] = [];
  let stretch: Replacement[] = [];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const place = replacementAt(text, found.index, found[0]);
    if (place === undefined) continue;
    pattern.lastIndex = place.end;
    const last = stretch.at(-1);
    if (last !== undefined && place.start - last.end > 2 * margin) {
      folded.push(foldStretch(text, stretch));
      stretch = [];
    }
    stretch.push(place);
  }
  if (stretch.length > 0) folded.push(foldStretch(text, stretch));
  return folded;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function replacementAt(text: string, start: number, found: string): Replacement | undefined {
  const code = found.charCodeAt(0);
  if (code >= 128 || code === 0) {
    const codePoint = text.codePointAt(start) ?? code;
    const by = readAs(codePoint);
    return by === undefined ? undefined : { start, end: start + (codePoint > 0xffff ? 2 : 1), by };
  }
  const by = unescaped(found);
  return by === undefined ? undefined : { start, end: start + found.length, by };
}

const names: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lowbar: '_',
  UnderBar: '_',
  hyphen: '-',
  dash: '-',
  minus: '-',
  period: '.',
  colon: ':',
  sol: '/',
  commat: '@',
  plus: '+',
  equals: '=',
  num: '#',
  dollar: '$',
  excl: '!',
  percnt: '%',
  ast: '*',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  rsqb: ']',
  bsol: '\\',
  semi: ';',
  comma: ',',
  shy: '',
  zwnj: '',
  zwj: '',
  ZeroWidthSpace: '',
};

const octal = /^\\{1,8}[01][0-7]{2}$/;

function unescaped(found: string): string | undefined {
  const hexadecimal = /([2-7][0-9a-fA-F])[};]?$/.exec(found)?.[1];
  switch (found.charAt(0)) {
    case '\\':
      if (found.endsWith('/')) return '/';
      return octal.test(found) ? printable(parseInt(found.slice(-3), 8)) : fromHex(hexadecimal);
    case '%':
      return fromHex(hexadecimal);
    case '=':
      return found.endsWith('\n') ? '' : fromHex(hexadecimal);
    case '&': {
      const body = /&(?:amp;){0,3}(#?\w{1,12});?$/.exec(found)?.[1] ?? '';
      if (/^#[xX]/.test(body)) return printable(parseInt(body.slice(2), 16));
      return body.startsWith('#') ? printable(Number(body.slice(1))) : names[body];
    }
    default:
      return '';
  }
}

function fromHex(digits: string | undefined): string | undefined {
  return digits === undefined ? undefined : printable(parseInt(digits, 16));
}

function printable(code: number): string | undefined {
  return code >= 32 && code < 127 ? String.fromCharCode(code) : undefined;
}

function foldStretch(text: string, places: readonly Replacement[]): FoldedText {
  const first = Math.max(0, (places[0]?.start ?? 0) - margin);
  const last = Math.min(text.length, (places.at(-1)?.end ?? 0) + margin);
  const room = last - first + 4 * places.length;
  const starts = new Uint32Array(room);
  const ends = new Uint32Array(room);
  const parts: string[] = [];
  let length = 0;
  let from = first;
  for (const place of places) {
    copy(from, place.start);
    for (let i = 0; i < place.by.length; i++) {
      starts[length] = place.start;
      ends[length++] = place.end;
    }
    parts.push(place.by);
    from = place.end;
  }
  copy(from, last);
  return {
    text: parts.join(''),
    starts: starts.subarray(0, length),
    ends: ends.subarray(0, length),
    limit: last,
  };

  function copy(start: number, end: number): void {
    if (start >= end) return;
    parts.push(text.slice(start, end));
    for (let i = start; i < end; i++) {
      starts[length] = i;
      ends[length++] = i + 1;
    }
  }
}
