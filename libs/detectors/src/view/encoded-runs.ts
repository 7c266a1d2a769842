import { CharClass, isAt } from '../characters.js';

/** A run of base 64 or hexadecimal digits that decodes to text. */
export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly decoded: string;
}

/** Sixteen bytes: no secret that a rule knows is shorter once encoded. */
const shortestRun = 22;
const runMask = CharClass.Alnum | CharClass.Underscore | CharClass.Hyphen | CharClass.Radix64;

/** Bytes looked at before a whole run is decoded; random bytes are all printable here once in 3,000 million. */
const probe = 24;

/**
 * Runs that decode to ASCII text, as UTF-8 or as UTF-16LE. Each run is decoded at most once in each encoding, so the
 * cost stays in proportion to the text.
 */
export function findEncodedRuns(text: string): EncodedRun[] {
  const found: EncodedRun[] = [];
  let start = 0;
  while (start + shortestRun <= text.length) {
    let last = start + shortestRun - 1;
    while (last >= start && isAt(text, last, runMask)) last--;
    if (last >= start) {
      start = last + 1;
      continue;
    }
    let end = start + shortestRun;
    while (isAt(text, end, runMask)) end++;
    const decoded = decode(text.slice(start, end));
    while (decoded !== undefined && text[end] === '=') end++;
    if (decoded !== undefined) found.push({ start, end, decoded });
    start = end;
  }
  return found;
}

function decode(run: string): string | undefined {
  const isHex = run.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(run);
  return (isHex ? decodeAs(run, 'hex') : undefined) ?? decodeAs(run, 'base64');
}

function decodeAs(run: string, encoding: 'hex' | 'base64'): string | undefined {
  const head = Buffer.from(run.slice(0, encoding === 'hex' ? probe * 2 : (probe * 4) / 3), encoding);
  if (isText(head)) {
    const bytes = Buffer.from(run, encoding);
    return isText(bytes) ? bytes.toString('latin1') : undefined;
  }
  if (!isText(evenBytes(head)) || head.some((byte, index) => index % 2 === 1 && byte !== 0)) return undefined;
  const decoded = Buffer.from(run, encoding).toString('utf16le');
  return /^[\t\r\n\x20-\x7e]+$/.test(decoded) ? decoded : undefined;
}

function evenBytes(bytes: Buffer): Buffer {
  return bytes.filter((_byte, index) => index % 2 === 0) as Buffer;
}

function isText(bytes: Buffer): boolean {
  for (const byte of bytes)
    if ((byte < 32 || byte > 126) && byte !== 9 && byte !== 10 && byte !== 13) return false;
  return bytes.length > 0;
}
