import { Rule } from '../rule.js';
import type { Detector } from './detector.js';

const header = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/iy;
const footer = /-----END (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/iy;
const dashes = '-----';

/** A key block is read this far; the largest keys in use (RSA, 16384 bits) need about 13,000 characters. */
const longestBlock = 32_768;

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
    if (/[A-Za-z0-9+/]{16}/.test(body)) report({ rule: Rule.PrivateKey, start, end: footer.lastIndex });
    return;
  }
  const cut = cutBodyLength(body);
  if (cut > 0) report({ rule: Rule.PrivateKey, start, end: bodyStart + cut });
};

/** A body is lines of base 64, possibly escaped, quoted or indented, after optional `Name: value` lines. */
const headerLines = /^(?:[\s\\nr"']{0,64}[A-Za-z-]{2,24}: [^\n\\]{0,120}){0,6}/;
const bodyLines = /[\s\\nr"'>|+,]{0,64}[A-Za-z0-9+/=]{1,120}/y;

function cutBodyLength(body: string): number {
  let length = headerLines.exec(body)?.[0].length ?? 0;
  let longestLine = 0;
  for (;;) {
    bodyLines.lastIndex = length;
    const line = bodyLines.exec(body)?.[0];
    if (line === undefined || (longestLine > 0 && !/[A-Z0-9+/]/.test(line))) break;
    longestLine = Math.max(longestLine, line.length);
    length += line.length;
  }
  return longestLine >= 40 ? length : 0;
}
