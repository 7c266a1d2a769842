import { CharClass, isAt, runEnd } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import { looksIssued, varietyOf } from './variety.js';

const credentialMask = CharClass.Name | CharClass.Base64Extra;
const longestCredential = 2048;

/** Opaque bearer tokens after the word `Bearer`. Sixteen characters is the least that is not a word. */
export const detectBearerToken: Detector = (view, start, end, report) => {
  if (isAt(view.text, start - 1, CharClass.Word)) return;
  const stop = runEnd(view, end, credentialMask, longestCredential);
  const token = view.text.slice(end, stop);
  if (token.length < 16 || !looksIssued(token.slice(0, 256))) return;
  const variety = varietyOf(token.slice(0, 256));
  if (variety.digits > 0 && variety.entropy >= 3)
    report({ rule: 'secret.http-bearer', start: end, end: stop });
};

/** `Basic` credentials: base 64 that decodes to printable `user:password`. */
export const detectBasicAuthorization: Detector = (view, start, end, report) => {
  if (isAt(view.text, start - 1, CharClass.Word)) return;
  const stop = runEnd(view, end, CharClass.Alnum | CharClass.Base64Extra, longestCredential);
  if (stop - end < 8) return;
  const decoded = Buffer.from(view.text.slice(end, stop), 'base64').toString('latin1');
  if (/^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]+$/.test(decoded))
    report({ rule: 'secret.http-basic-authorization', start: end, end: stop });
};
