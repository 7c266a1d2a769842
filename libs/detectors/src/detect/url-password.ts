import { CharClass, isAt, runEnd, runStart } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import { isPlaceholder } from './placeholder.js';

const longestUserInfo = 512;
const userInfoStops = new Uint8Array(128);
for (const character of ' \t\r\n"\'`<>/\\') userInfoStops[character.charCodeAt(0)] = 1;
const databases =
  /(?:postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|amqps?|mssql|sqlserver|oracle|clickhouse|cassandra|couchbase|neo4j|bolt|nats|kafka|ldaps?|srv|jdbc)$/i;

/** The password in `scheme://user:password@host`; only the password is the finding, so the host stays readable. */
export const detectUrlPassword: Detector = (view, start, end, report) => {
  const { text } = view;
  if (!isAt(text, start - 1, CharClass.Alnum)) return;
  const at = lastAtSign(view, end);
  if (at === -1) return;
  const colon = text.slice(end, at).indexOf(':');
  const from = end + colon + 1;
  const password = view.settings.markers.without(text.slice(from, at));
  if (colon === -1) reportUserToken(password, end, at, report);
  else if (password.length >= 3 && !isPlaceholder(password) && !isReference(password))
    report({ rule: ruleFor(text.slice(Math.max(0, start - 12), start)), start: from, end: at });
};

/** A long user name without a password, as in `https://token@host`, is itself what opens the door. */
function reportUserToken(user: string, start: number, end: number, report: Parameters<Detector>[3]): void {
  if (user.length < 20 || !/^[\w-]{20,200}$/.test(user) || !/\d/.test(user) || !/[a-z]/i.test(user)) return;
  if (!isPlaceholder(user)) report({ rule: 'secret.basic-auth-url', start, end });
}

function ruleFor(before: string) {
  return databases.test(before) ? 'secret.database-connection-string' : 'secret.basic-auth-url';
}

/** Position of the `@` that ends the user info: the last one, since a password may hold one itself. */
function lastAtSign(view: View, from: number): number {
  const { text } = view;
  const stop = Math.min(text.length, from + longestUserInfo);
  let at = -1;
  let i = from;
  for (; i < stop; i++) {
    const code = text.charCodeAt(i);
    if (code === 64) at = i;
    else if (userInfoStops[code] === 1) break;
  }
  view.work.steps += i - from + 1;
  return at === -1 ? afterSlash(view, from, i) : at;
}

/** A password may hold a slash that should have been escaped; then the `@` stands after it, before the next blank. */
function afterSlash(view: View, from: number, slash: number): number {
  const { text } = view;
  if (text[slash] !== '/' || !text.slice(from, slash).includes(':')) return -1;
  if (/^[^:]{0,200}:\d{1,5}$/.test(text.slice(from, slash))) return -1;
  const stop = runEnd(view, slash, CharClass.Name | CharClass.Base64Extra | CharClass.Radix64, 64);
  return text[stop] === '@' && isAt(text, stop + 1, CharClass.Alnum) ? stop : -1;
}

function isReference(password: string): boolean {
  return (
    /[{}]|^\$[A-Za-z_(]\w{2,60}\)?$|^%[A-Za-z_]+%?$|^\[.*\]$|^[A-Z_]*PASS(?:WORD)?[A-Z_]*$/.test(password) &&
    !/\d{3}/.test(password)
  );
}

/** Whether `position` lies in the user info of a URL, where an `@` does not make an e-mail address. */
export function isInUserInfo(view: View, position: number): boolean {
  const before = view.text[position - 1];
  if (before === '/') return view.text[position - 2] === '/';
  if (before !== ':') return false;
  const userStart = runStart(view, position - 1, CharClass.Name | CharClass.EmailExtra, 64);
  return view.text.slice(Math.max(0, userStart - 3), userStart) === '://';
}
