import { CharClass, isAt, runEnd, runStart } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import { isInUserInfo } from './url-password.js';

/** RFC 5321: local part and domain. */
const longestLocal = 64;
const longestDomain = 255;

const localMask = CharClass.Name | CharClass.EmailExtra;
const domainMask = CharClass.Alnum | CharClass.Hyphen | CharClass.Dot;

/** Names reserved by RFC 2606 and RFC 6761 belong to nobody. */
const reserved = /(?:^|\.)(?:example\.(?:com|net|org)|example|invalid|localhost|test)$/i;

/** File and unit suffixes that follow an `@` in asset names and service units. */
const notTopLevel =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|scss|js|mjs|cjs|ts|tsx|jsx|json|html?|service|socket|timer|target|mount)$/i;

/** E-mail addresses. Reads at most one local part to the left and one domain to the right of an `@`. */
export const detectEmail: Detector = (view, start, end, report) => {
  const { text } = view;
  if (!isAt(text, end, CharClass.Alnum) || !isAt(text, start - 1, localMask)) return;
  let to = runEnd(view, end, domainMask, longestDomain + 1);
  if (to - end > longestDomain || text[to] === '@') return;
  while (to > end && !isAt(text, to - 1, CharClass.Alnum)) to--;
  let from = runStart(view, start, localMask, longestLocal + 1);
  if (start - from > longestLocal) return;
  if (isEscapeLetter(text, from)) from++;
  while (from < start && !isAt(text, from, CharClass.Alnum | CharClass.Underscore)) from++;
  if (from === start || text[start - 1] === '.' || isInUserInfo(view, from)) return;
  const domain = text.slice(end, to);
  if (!/^(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/i.test(domain)) return;
  if (reserved.test(domain) || notTopLevel.test(domain) || isSshRemote(text, from, start, to)) return;
  report({ rule: 'pii.EMAIL_ADDRESS', start: from, end: to });
};

/** The letter of an escaped line end, as in `\nname@…`. */
function isEscapeLetter(text: string, at: number): boolean {
  return text[at - 1] === '\\' && /[nrt]/.test(text[at] ?? '');
}

function isSshRemote(text: string, from: number, at: number, end: number): boolean {
  return text.slice(from, at) === 'git' && (text[end] === ':' || text[end] === '/');
}

const local =
  /(?:^|[^\w.%+-])([\w%+-](?:[\w.%+-]{0,62}[\w%+-])?)[ \t]{1,3}(?:at|AT|At|\(at\)|\[at\]|\{at\})[ \t]{1,3}((?:[A-Za-z0-9-]{1,63}[ \t]{1,3}dot[ \t]{1,3}){0,3}[A-Za-z0-9-]{1,63})$/;
const domainRest = /(?:[ \t]{0,3}(?:dot|DOT|\(dot\)|\[dot\]|\{dot\})[ \t]{0,3}[A-Za-z0-9-]{1,63}){1,4}/y;
const longestSpelling = 160;

/** Addresses spelled out, `name at host dot com`. The keyword is a `dot`. */
export const detectSpelledEmail: Detector = (view, start, _end, report) => {
  const { text } = view;
  const before = text.slice(Math.max(0, start - longestSpelling), start).trimEnd();
  view.work.steps += longestSpelling;
  const found = local.exec(before) ?? bracketed.exec(before);
  const name = found?.[1];
  if (found === null || name === undefined) return;
  domainRest.lastIndex = start;
  if (!domainRest.test(text) || !/[A-Za-z]{2,24}$/.test(text.slice(start, domainRest.lastIndex))) return;
  const from = Math.max(0, start - longestSpelling) + found.index + found[0].indexOf(name);
  report({ rule: 'pii.EMAIL_ADDRESS', start: from, end: domainRest.lastIndex });
};

const bracketed =
  /(?:^|[^\w.%+-])([\w%+-](?:[\w.%+-]{0,62}[\w%+-])?)[ \t]{0,3}[([{](?:at|@)[)\]}][ \t]{0,3}(?:[A-Za-z0-9-]{1,63})$/i;

const domainAfterAt =
  /[ \t]{0,3}((?:[A-Za-z0-9-]{1,63}(?:\.|\[\.\]|\(\.\))){1,4}[A-Za-z]{2,24})(?![\w@]|\.\w)/y;

/** `name(at)host.com`. The keyword is the `at` in its brackets. */
export const detectBracketedAt: Detector = (view, start, end, report) => {
  const { text } = view;
  let stop = start;
  while (stop > start - 3 && isAt(text, stop - 1, CharClass.Blank)) stop--;
  let from = runStart(view, stop, localMask, longestLocal);
  while (from < stop && !isAt(text, from, CharClass.Alnum | CharClass.Underscore)) from++;
  domainAfterAt.lastIndex = end;
  view.work.steps += 64;
  const domain = from === stop ? undefined : domainAfterAt.exec(text)?.[1];
  if (domain === undefined || reserved.test(domain) || notTopLevel.test(domain)) return;
  report({ rule: 'pii.EMAIL_ADDRESS', start: from, end: domainAfterAt.lastIndex });
};

const beforeDot =
  /(?:^|[^\w.%+-])([\w%+-](?:[\w.%+-]{0,62}[\w%+-])?)@((?:[A-Za-z0-9-]{1,63}(?:\.|\[\.\]|\(\.\))){0,3}[A-Za-z0-9-]{1,63})$/;
const afterDot = /(?:[A-Za-z0-9-]{1,63}(?:\.|\[\.\]|\(\.\))){0,3}[A-Za-z]{2,24}(?!\w)/y;

/** `name@host[.]com`. The keyword is the dot in its brackets. */
export const detectBracketedDot: Detector = (view, start, end, report) => {
  const { text } = view;
  const base = Math.max(0, start - longestSpelling);
  view.work.steps += longestSpelling;
  const found = beforeDot.exec(text.slice(base, start));
  const name = found?.[1];
  afterDot.lastIndex = end;
  if (found === null || name === undefined || !afterDot.test(text)) return;
  const domain = `${found[2] ?? ''}.${text.slice(end, afterDot.lastIndex)}`;
  if (reserved.test(domain.replace(/[[\]()]/g, ''))) return;
  const from = base + found.index + found[0].lastIndexOf(`${name}@`);
  report({ rule: 'pii.EMAIL_ADDRESS', start: from, end: afterDot.lastIndex });
};
