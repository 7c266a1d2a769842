import { CharClass, classOf } from '../characters.js';
import { Encoding } from '../engine/span.js';
import type { DecodeBudget } from './decode-budget.js';
import { inflate, looksCompressed } from './inflate.js';

/** A run of base 64 or hexadecimal digits that decodes to text. */
export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  /** Undefined when the budget did not allow to look, or when what was compressed is too large. */
  readonly decoded: string | undefined;
  readonly encodings: readonly Encoding[];
}

/** Sixteen bytes: no secret that a rule knows is shorter once encoded. */
const shortestRun = 22;
const runMask = CharClass.Alnum | CharClass.Underscore | CharClass.Hyphen | CharClass.Radix64;
/** Lines of wrapped base 64 are at least this long. */
const shortestLine = 40;
const mostLines = 4096;
const lineJoint = /(?:\\r\\n|\\n|\r?\n)[ \t>|]{0,24}(?=[A-Za-z0-9+/_-]{4})/y;

/**
 * Runs that decode to text, as UTF-8 or as UTF-16, directly or compressed. Each run is decoded at most once in each
 * encoding, so the cost stays in proportion to the text.
 */
export function findEncodedRuns(text: string, budget: DecodeBudget): EncodedRun[] {
  const found: EncodedRun[] = [];
  let start = 0;
  while (start + shortestRun <= text.length) {
    let last = start + shortestRun - 1;
    while (last >= start && isInRun(text, last)) last--;
    if (last >= start) {
      start = last + 1;
      continue;
    }
    const end = runEndAt(text, start + shortestRun);
    if (mayEncode(text, start)) collect(text, start, end, budget, found);
    start = Math.max(end, found.at(-1)?.end ?? 0);
  }
  return found;
}

/** Base 64 of text has capitals in its first characters, and hexadecimal digits are nothing else. */
function mayEncode(text: string, start: number): boolean {
  let isHex = true;
  for (let at = start; at < start + shortestRun; at++) {
    const bits = classOf(text.charCodeAt(at));
    if ((bits & CharClass.Upper) !== 0) return true;
    if ((bits & CharClass.Hex) === 0) isHex = false;
  }
  return isHex;
}

function isInRun(text: string, at: number): boolean {
  return (classOf(text.charCodeAt(at)) & runMask) !== 0;
}

function runEndAt(text: string, from: number): number {
  let end = from;
  while (end < text.length && isInRun(text, end)) end++;
  return end;
}

/** Decodes the run, or the parts of it that slashes make, as when it stands in a path. */
function collect(text: string, start: number, end: number, budget: DecodeBudget, found: EncodedRun[]): void {
  const whole = decodeRun(text, start, end, budget);
  if (whole !== undefined) found.push(whole);
  else if (holdsSlash(text, start, Math.min(end, start + 256))) {
    let from = start;
    for (let at = text.indexOf('/', start); at !== -1 && at < end; at = text.indexOf('/', from)) {
      collectPart(text, from, at, budget, found);
      from = at + 1;
    }
    if (from > start) collectPart(text, from, end, budget, found);
  }
}

function holdsSlash(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 47) return true;
  return false;
}

function collectPart(
  text: string,
  start: number,
  end: number,
  budget: DecodeBudget,
  found: EncodedRun[],
): void {
  const part = end - start < shortestRun ? undefined : decodeRun(text, start, end, budget);
  if (part !== undefined) found.push(part);
}

function decodeRun(text: string, start: number, end: number, budget: DecodeBudget): EncodedRun | undefined {
  const encoding = encodingOf(text, start, end);
  if (encoding === undefined) return undefined;
  const whole =
    end - start < shortestLine ? { end, digits: text.slice(start, end) } : joinLines(text, start, end);
  let stop = whole.end;
  while (encoding === 'base64' && stop < whole.end + 2 && text[stop] === '=') stop++;
  if (whole.digits.length > budget.bytes)
    return { start, end: stop, decoded: undefined, encodings: [encoding] };
  const bytes = Buffer.from(whole.digits, encoding);
  budget.bytes -= bytes.length;
  const read = readBytes(bytes, budget, mayBeDeflated(text, start, end));
  return read === undefined
    ? undefined
    : { start, end: stop, decoded: read.text, encodings: [encoding, ...read.encodings] };
}

/** The run and the lines after it that go on with it. */
function joinLines(text: string, start: number, end: number): { end: number; digits: string } {
  const parts = [text.slice(start, end)];
  let stop = end;
  for (let line = 0; line < mostLines; line++) {
    lineJoint.lastIndex = stop;
    if (!lineJoint.test(text)) break;
    const from = lineJoint.lastIndex;
    const to = runEndAt(text, from);
    parts.push(text.slice(from, to));
    stop = to;
    if (to - from < shortestLine) break;
  }
  return { end: stop, digits: parts.join('') };
}

/** Bytes looked at before a whole run is decoded; random bytes are all printable here once in 700,000. */
const probe = 12;

/** The encoding in which the beginning of a run may be text or compressed data; undefined for neither. */
function encodingOf(text: string, start: number, end: number): 'hex' | 'base64' | undefined {
  const mayDeflate = mayBeDeflated(text, start, end);
  if (!mayDeflate && !mayBeText(text, start)) return undefined;
  if ((end - start) % 2 === 0 && mayBeHex(text, start)) {
    if (/^[0-9a-fA-F]{1,4096}$/.test(text.slice(start, Math.min(end, start + 4096)))) return 'hex';
  }
  const head = Buffer.from(text.slice(start, start + (probe * 4) / 3), 'base64');
  return isTextBytes(head) || isUtf16(head) || looksCompressed(head) || mayDeflate ? 'base64' : undefined;
}

/** Base 64 that may hold compressed data without a header: no digest, certificate or image. */
function mayBeDeflated(text: string, start: number, end: number): boolean {
  if (end - start < 80) return false;
  const head = text.slice(start, start + 64);
  return (
    !/^(?:[0-9a-fA-F]{64}|MI|iVBOR|\/9j\/|R0lG|UklG|AAAA|eyJ)/.test(head) && /^[0-9A-Za-z+/]{64}$/.test(head)
  );
}

const digits64 = new Uint8Array(128);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((digit, value) => {
  digits64[digit.charCodeAt(0)] = value;
});
digits64['-'.charCodeAt(0)] = 62;
digits64['_'.charCodeAt(0)] = 63;

/** A first look at the beginning of a run, without decoding it: in one encoding it may be text or compressed data. */
function mayBeText(text: string, start: number): boolean {
  const first = text.charCodeAt(start);
  const third = text.charCodeAt(start + 2);
  const fifth = text.charCodeAt(start + 4);
  if (
    isHighNibble(first) &&
    (isHighNibble(third) || third === zero) &&
    (isHighNibble(fifth) || fifth === zero)
  )
    return true;
  if (first === one && text.charCodeAt(start + 1) === f) return true;
  const a = digits64[first] ?? 0;
  const b = digits64[text.charCodeAt(start + 1)] ?? 0;
  const c = digits64[third] ?? 0;
  const d = digits64[text.charCodeAt(start + 3)] ?? 0;
  return mayBeginText(((a << 2) | (b >> 4)) & 255, ((b << 4) | (c >> 2)) & 255, ((c << 6) | d) & 255);
}

const zero = 48;
const one = 49;
const f = 102;

/** 2 to 7: the first hexadecimal digit of printable ASCII; 0 begins a line end. */
function isHighNibble(code: number): boolean {
  return code >= 50 && code <= 55;
}

function mayBeginText(first: number, second: number, third: number): boolean {
  if ((first & 0x8f) === 8 && ((first << 8) | second) % 31 === 0) return true;
  if (first === 0x1f && second === 0x8b) return true;
  const ascii = (first < 128 ? 1 : 0) + (second < 128 ? 1 : 0) + (third < 128 ? 1 : 0);
  return ascii >= 2 && isTextByte(first) && (second === 0 || isTextByte(second)) && isTextByte(third);
}

function isTextByte(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9 || byte === 10 || byte === 13;
}

/** Hexadecimal digits of text, of UTF-16 or of compressed data; judged by the first pairs. */
function mayBeHex(text: string, start: number): boolean {
  const head = Buffer.from(text.slice(start, start + 2 * probe), 'hex');
  return head.length === probe && (isTextBytes(head) || isUtf16(head) || looksCompressed(head));
}

interface Reading {
  readonly text: string | undefined;
  readonly encodings: readonly Encoding[];
}

function readBytes(bytes: Buffer, budget: DecodeBudget, mayGuess: boolean): Reading | undefined {
  if (isTextBytes(bytes.subarray(0, 512))) return { text: bytes.toString('utf8'), encodings: [] };
  if (isUtf16(bytes.subarray(0, 64))) return { text: bytes.toString('utf16le'), encodings: [Encoding.Utf16] };
  return inflate(bytes, budget, mayGuess);
}

/** Whether all bytes are printable ASCII or the beginnings and ends of UTF-8 characters. */
export function isTextBytes(bytes: Uint8Array): boolean {
  let other = 0;
  for (const byte of bytes) {
    if (byte >= 128) other++;
    else if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) return false;
  }
  return bytes.length > 0 && other * 8 <= bytes.length;
}

/** UTF-16 of mostly ASCII, low byte first. */
function isUtf16(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  return bytes.every((byte, index) =>
    index % 2 === 1 ? byte === 0 : (byte >= 32 && byte < 127) || byte === 10 || byte === 13,
  );
}
