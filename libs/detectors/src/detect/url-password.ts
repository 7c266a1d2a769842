import { CharClass, isAt, runStart } from '../characters.js';
import { Rule } from '../rule.js';
import type { View } from '../view/view.js';
import type { Detector } from './detector.js';
import { isPlaceholder } from './placeholder.js';

const longestUserInfo = 512;
const userInfoStops = new Set(' \t\r\n"\'`<>/\\'.split('').map((character) => character.charCodeAt(0)));

/** The password in `scheme://user:password@host`; only the password is the finding, so the host stays readable. */
export const detectUrlPassword: Detector = (view, start, end, report) => {
  const { text } = view;
  if (!isAt(text, start - 1, CharClass.Alnum)) return;
  const at = lastAtSign(view, end);
  if (at === -1) return;
  const colon = text.slice(end, at).indexOf(':');
  if (colon === -1) return;
  const password = text.slice(end + colon + 1, at);
  if (password.length >= 3 && !isPlaceholder(password) && !isReference(password)) {
    report({ rule: Rule.ConnectionStringPassword, start: end + colon + 1, end: at });
  }
};

/** Position of the `@` that ends the user info: the last one, since a password may hold one itself. */
function lastAtSign(view: View, from: number): number {
  const { text } = view;
  const stop = Math.min(text.length, from + longestUserInfo);
  let at = -1;
  let i = from;
  for (; i < stop; i++) {
    const code = text.charCodeAt(i);
    if (code === 64) at = i;
    else if (userInfoStops.has(code)) break;
  }
  view.work.steps += i - from + 1;
  return at;
}

function isReference(password: string): boolean {
  return /[{}]|^\$|^%[A-Za-z_]+%?$|^\[.*\]$|^[A-Z_]*PASS(?:WORD)?[A-Z_]*$/.test(password);
}

/** Whether `position` lies in the user info of a URL, where an `@` does not make an e-mail address. */
export function isInUserInfo(view: View, position: number): boolean {
  const before = view.text[position - 1];
  if (before === '/') return view.text[position - 2] === '/';
  if (before !== ':') return false;
  const userStart = runStart(view, position - 1, CharClass.Name | CharClass.EmailExtra, 64);
  return view.text.slice(Math.max(0, userStart - 3), userStart) === '://';
}
