import { CharClass, isAt, runEnd, runStart } from '../characters.js';
import { Rule } from '../rule.js';
import type { Detector } from './detector.js';
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
  while (from < start && !isAt(text, from, CharClass.Alnum | CharClass.Underscore)) from++;
  if (from === start || text[start - 1] === '.' || isInUserInfo(view, from)) return;
  const domain = text.slice(end, to);
  if (!/^(?:[a-z0-9][a-z0-9-]*\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/i.test(domain)) return;
  if (reserved.test(domain) || notTopLevel.test(domain) || isSshRemote(text, from, start, to)) return;
  report({ rule: Rule.Email, start: from, end: to });
};

function isSshRemote(text: string, from: number, at: number, end: number): boolean {
  return text.slice(from, at) === 'git' && (text[end] === ':' || text[end] === '/');
}
