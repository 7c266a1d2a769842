import { CharClass, isAt, runEnd } from '../characters.js';
import type { Detector } from '../engine/detector.js';

const segments = { signed: 3, encrypted: 5 } as const;

/** Header read for its `alg`; a longer one is judged by its beginning. */
const headerProbe = 1024;

/**
 * Compact JSON web tokens, signed or encrypted. The header must decode to an object that names an algorithm. A run
 * of token characters is read at most once for each of the five segments it can be.
 */
export const detectJsonWebToken: Detector = (view, start, _end, report) => {
  const { text } = view;
  if (isAt(text, start - 1, CharClass.Token)) return;
  const ends: number[] = [];
  let at = start;
  while (ends.length < segments.encrypted) {
    const end = runEnd(view, at, CharClass.Token, text.length);
    ends.push(end);
    if (ends.length === 1 && !namesAlgorithm(text.slice(start, Math.min(end, start + headerProbe)))) return;
    if (text[end] !== '.') break;
    at = end + 1;
  }
  const count = ends.length >= segments.encrypted ? segments.encrypted : segments.signed;
  const end = ends[count - 1];
  const payloadEnd = ends[1];
  if (end === undefined || payloadEnd === undefined || payloadEnd - (ends[0] ?? 0) < 10) return;
  report({ rule: 'secret.jwt', start, end });
};

function namesAlgorithm(header: string): boolean {
  if (header.length < 16) return false;
  const decoded = Buffer.from(header, 'base64url').toString('latin1');
  return decoded.startsWith('{') && decoded.includes('"alg"');
}
