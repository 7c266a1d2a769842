import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';

const header = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/iy;
const footer = /-----END (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/iy;
const dashes = '-----';

/** A key block is read this far; the largest keys in use (RSA, 16384 bits) need about 13,000 characters. */
export const longestBlock = 32_768;

/**
 * PEM and PGP private key blocks, header to footer. A block that was cut off, with no footer in reach, is taken to
 * the end of its body. Regions read for two headers never overlap because reading stops at the next dashes.
 */
export const detectPrivateKey: Detector = (view, start, _end, report) => {
  const { text } = view;
  header.lastIndex = start;
  if (!header.test(text)) return;
  const bodyStart = header.lastIndex;
  const window = text.slice(bodyStart, bodyStart + longestBlock);
  const found = window.indexOf(dashes);
  view.work.steps += found === -1 ? window.length : found + 80;
  const body = found === -1 ? window : window.slice(0, found);
  footer.lastIndex = bodyStart + body.length;
  if (found !== -1 && footer.test(text)) {
    if (/[A-Za-z0-9+/]{16}/.test(body)) report({ rule: 'secret.private-key', start, end: footer.lastIndex });
    return;
  }
  const cut = bodyEnd(view, bodyStart + (headerLines.exec(body)?.[0].length ?? 0));
  if (cut > bodyStart) report({ rule: 'secret.private-key', start, end: cut });
};

/** A body is lines of base 64, possibly escaped, quoted or indented, after optional `Name: value` lines. */
const headerLines = /^(?:[\s\\nr"']{0,64}[A-Za-z-]{2,24}: [^\n\\]{0,120}){0,6}/;
const bodyLine = /[\s\\nr"'>|+,]{0,64}[A-Za-z0-9+/=]{1,120}/y;
/** A line of fewer characters is prose. */
const shortestLine = 40;

/** Where the lines of a key that was cut off end; `from` when they are no lines of a key. */
export function bodyEnd(view: View, from: number): number {
  const limit = Math.min(view.text.length, from + longestBlock);
  let end = from;
  let longestLine = 0;
  while (end < limit) {
    bodyLine.lastIndex = end;
    const line = bodyLine.exec(view.text)?.[0];
    if (line === undefined || (longestLine > 0 && !/[A-Z0-9+/]/.test(line))) break;
    longestLine = Math.max(longestLine, line.length);
    end += line.length;
  }
  view.work.steps += end - from;
  return longestLine >= shortestLine ? end : from;
}
