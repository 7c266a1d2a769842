import { SignInError, SignInFailure } from './sign-in-error.js';

/** What a cookie of ours is like: never for scripts, and never for another host. */
export interface CookieRule {
  readonly name: string;
  /** `Strict`: never with what another site has begun. `Lax`: with its links and redirects. */
  readonly sameSite: 'Strict' | 'Lax';
  /** Whether it goes over TLS alone; not on loopback, where there is none. */
  readonly isSecure: boolean;
}

/** Characters of one cookie's value: with its name and attributes browsers take 4096 bytes (RFC 6265, 6.1). */
export const PART = 3_500;
/** Parts that a value is cut into at most: together they fit into the headers that the gateway reads. */
export const MAX_PARTS = 3;

/** `__Host-`: no other host and no page without TLS can have set it (RFC 6265bis, 4.1.3.2). */
const nameOf = ({ name, isSecure }: CookieRule, part: number) =>
  `${isSecure ? '__Host-' : ''}countersign-${name}${part === 0 ? '' : `-${part}`}`;

/** `Set-Cookie` fields that keep a value for some seconds, and end what is left of a longer one. Throws {@link SignInError}. */
export function setCookies(rule: CookieRule, value: string, maxAgeSec: number): string[] {
  const parts = Array.from({ length: Math.ceil(value.length / PART) }, (_, i) =>
    value.slice(i * PART, (i + 1) * PART),
  );
  if (parts.length > MAX_PARTS)
    throw new SignInError(SignInFailure.Refused, `the cookie ${rule.name} would be too long for browsers`);
  return Array.from({ length: MAX_PARTS }, (_, i) => {
    const part = parts[i];
    return part === undefined ? ended(rule, i) : field(rule, i, part, Math.floor(maxAgeSec));
  });
}

/** `Set-Cookie` fields that end it. */
export function endCookies(rule: CookieRule): string[] {
  return Array.from({ length: MAX_PARTS }, (_, i) => ended(rule, i));
}

/** The value that a browser has sent; undefined when it has none, or one of the parts twice. */
export function readCookie(
  headers: Readonly<Record<string, readonly string[] | undefined>>,
  rule: CookieRule,
): string | undefined {
  const pairs = (headers['cookie'] ?? []).flatMap((line) => line.split(';')).map((pair) => pair.trim());
  const parts: string[] = [];
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const start = `${nameOf(rule, part)}=`;
    const sent = pairs.filter((pair) => pair.startsWith(start));
    if (sent.length > 1) return undefined;
    if (sent[0] === undefined) break;
    parts.push(sent[0].slice(start.length));
  }
  return parts.length === 0 ? undefined : parts.join('');
}

function field(rule: CookieRule, part: number, value: string, maxAgeSec: number): string {
  const secure = rule.isSecure ? '; Secure' : '';
  return `${nameOf(rule, part)}=${value}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=${rule.sameSite}${secure}`;
}

const ended = (rule: CookieRule, part: number) => field(rule, part, '', 0);
