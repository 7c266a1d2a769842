import type { Detector } from '../engine/detector.js';
import { bodyEnd } from './private-key.js';

/** The public half of a PuTTY key and its headers are not longer. */
const longestHead = 16_384;
const secretPart = 'Private-Lines:';
/** The last line; reading the body takes its first word for the end of the key. */
const mac = /-MAC: {0,4}[0-9a-f]{16,128}/y;

/** Key files of PuTTY, from their first line to their last. */
export const detectPuttyKey: Detector = (view, start, end, report) => {
  if (start < view.blocksUntil) return;
  const window = view.text.slice(start, start + longestHead);
  const secret = window.indexOf(secretPart);
  view.work.steps += secret === -1 ? window.length : secret;
  view.blocksUntil = secret === -1 ? start + window.length - secretPart.length : end;
  if (secret === -1 || window.slice(end - start, secret).includes('PuTTY-User-Key-File-')) return;
  const from = start + secret + secretPart.length;
  const body = bodyEnd(view, from);
  if (body === from) return;
  mac.lastIndex = body;
  const stop = mac.test(view.text) ? mac.lastIndex : body;
  view.blocksUntil = stop;
  report({ rule: 'secret.putty-private-key', start, end: stop });
};
