import { characterFault, isAscii } from './name-characters.js';
import { hasDefaultPort, normaliseHost } from './normalise-host.js';

/** Longest resource, in characters. */
export const MAX_RESOURCE_LENGTH = 1024;

/** The normal form of a resource, or why it has none. The fault quotes nothing of it. */
export type NormalResource = { readonly name: string } | { readonly fault: string };

const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)*$/;
/** No dot, which the host of `host.example:/path` has. */
const SCHEME = /^(?:([a-z][a-z0-9+-]+):\/\/|(https?|wss?|ssh|git|file|ftps?):)\/*/i;
/** Encoded, these are part of a name; decoded they would be a query, a wildcard or an encoding. */
const KEPT_ENCODED = /%(?:23|25|2a|3f)/i;

/**
 * The one spelling of a resource that patterns are compared with, so that no other spelling gets around them: without
 * scheme, user, default port, query, fragment, `.git`, last slash and doubled slashes; percent-encoding decoded,
 * NFKC, lower case; `git@host:owner/repo` as `host/owner/repo`. It is a spelling of itself. What could name two things
 * is refused: `..`, backslashes, hidden characters, wildcards, encoding within an encoding, and all that is outside
 * ASCII after that, since letters of two scripts can look the same: international hosts are written `xn--…`.
 */
export function normaliseResource(text: string): NormalResource {
  if (text === '') return { fault: 'is empty' };
  if (text.length > MAX_RESOURCE_LENGTH) return { fault: `is longer than ${MAX_RESOURCE_LENGTH} characters` };
  if (isNormal(text)) return { name: text };
  if (text.includes('*')) return { fault: 'has a wildcard: a resource is one thing' };
  return normalise(text);
}

/** The same for a pattern, which may have wildcards. */
export function normalise(text: string): NormalResource {
  const normal = normaliseOnce(text);
  if ('fault' in normal || isNormal(normal.name)) return normal;
  const again = normaliseOnce(normal.name);
  if ('name' in again && again.name === normal.name) return normal;
  return { fault: 'can be read in two ways' };
}

/** The quick way through what is normal already. */
const isNormal = (text: string) => PLAIN.test(text) && !text.endsWith('.git');

function normaliseOnce(text: string): NormalResource {
  const hidden = characterFault(text);
  if (hidden !== undefined) return { fault: hidden };
  if (text.startsWith('//')) return { fault: 'begins with two slashes: a host or a folder' };
  const [, hierarchical, bare] = SCHEME.exec(text) ?? [];
  const scheme = (hierarchical ?? bare)?.toLowerCase();
  const asked = scheme === undefined ? text : text.replace(SCHEME, '');
  const rest = asked.replace(/[?#].*$/su, '');
  const slash = rest.indexOf('/');
  const head = slash < 0 ? rest : rest.slice(0, slash);
  if (head.includes('%')) return { fault: 'has an encoded character before its first slash' };
  const place = scheme === 'file' ? fileHead(head, text) : headOf(head, scheme, slash >= 0);
  if (place === undefined) return { fault: 'has what could be a port or part of a name' };
  const tail = decode(slash < 0 ? '' : rest.slice(slash));
  if (tail === undefined) return { fault: 'has a percent-encoding that is invalid or encoded again' };
  const decoded = characterFault(tail);
  return decoded === undefined ? canonical(place + tail) : { fault: decoded };
}

/** A file's folder. Only between two slashes and the next does a host stand, which may be this one. */
function fileHead(head: string, text: string): string {
  const isHere = head === '' || (head.toLowerCase() === 'localhost' && /^[a-z]+:\/\/[^/]/i.test(text));
  return isHere ? '' : `/${head}`;
}

/**
 * `user@host:port` and `git@host:owner` by their host; a lone `name@host` is an address and stays. Without a scheme, a
 * word without a dot may be a host or not: undefined if it matters.
 */
function headOf(head: string, scheme: string | undefined, hasPath: boolean): string | undefined {
  const scp = scheme === undefined ? /^(?:[^@]*@)?([^@:[\]]+):(?![0-9]+$)(.+)$/su.exec(head) : null;
  if (scp && (head.includes('@') || scp[1]?.includes('.')))
    return `${normaliseHost(scp[1] ?? '')}/${scp[2] ?? ''}`;
  const host = scheme !== undefined || hasPath ? head.slice(head.lastIndexOf('@') + 1) : head;
  if (scheme !== undefined || /\.|^\[|^localhost(?::|$)/i.test(host)) return normaliseHost(host);
  return hasPath && hasDefaultPort(host) ? undefined : host;
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (KEPT_ENCODED.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function canonical(text: string): NormalResource {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  if (!isAscii(plain)) return { fault: 'has a letter or sign outside ASCII; hosts are written xn--…' };
  const segments = plain.split('/').filter((segment, at) => at === 0 || (segment !== '' && segment !== '.'));
  if (segments.some((segment) => segment === '..')) return { fault: 'has a `..`' };
  if (segments.some((segment) => /[. ]$|^ /.test(segment))) {
    return { fault: 'has a part that ends in a dot or begins or ends with a blank' };
  }
  const last = segments.length - 1;
  const name = segments[last];
  if (last > 0 && name !== undefined) segments[last] = name.replace(/(?<=.)(?:\.git)+$/, '');
  if (segments.length === 1 && segments[0] === '')
    return plain === '' ? { fault: 'is empty' } : { name: '/' };
  return { name: segments.join('/') };
}
