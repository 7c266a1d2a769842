import { domainToASCII } from 'node:url';

/** Longest resource, in characters. */
export const MAX_RESOURCE_LENGTH = 1024;

/** The normal form of a resource, or why it has none. The fault quotes nothing of it. */
export type NormalResource = { readonly name: string } | { readonly fault: string };

const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)*$/;
const SCHEME = /^([a-z][a-z0-9+.-]+):\/+|^(https?|ssh|git|file):/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: '80',
  ws: '80',
  https: '443',
  wss: '443',
  ssh: '22',
  git: '9418',
};
const ANY_DEFAULT_PORT = /:(?:80|443|22|9418)$/;

/**
 * The one spelling of a resource that patterns are compared with, so that no other spelling gets around them: without
 * scheme, user, default port, query, fragment, `.git`, last slash and doubled slashes; percent-encoding decoded,
 * NFKC, lower case; `git@host:owner/repo` as `host/owner/repo`. What could name two things is refused: `..`,
 * backslashes, hidden characters, wildcards, encoding within an encoding.
 */
export function normaliseResource(text: string): NormalResource {
  if (text === '') return { fault: 'is empty' };
  if (text.length > MAX_RESOURCE_LENGTH) return { fault: `is longer than ${MAX_RESOURCE_LENGTH} characters` };
  if (PLAIN.test(text) && !text.endsWith('.git')) return { name: text };
  if (text.includes('*')) return { fault: 'has a wildcard: a resource is one thing' };
  return normalise(text);
}

/** The same for a pattern, which may have wildcards. */
export function normalise(text: string): NormalResource {
  const [, hierarchical, bare] = SCHEME.exec(text) ?? [];
  const scheme = (hierarchical ?? bare)?.toLowerCase();
  const asked = scheme === undefined ? text : text.replace(SCHEME, '').replace(/^\/+/, '');
  const rest = asked.replace(/[?#].*$/su, '');
  const slash = rest.indexOf('/');
  const head = slash < 0 ? rest : rest.slice(0, slash);
  if (head.includes('%')) return { fault: 'has an encoded character before its first slash' };
  const place = scheme === 'file' ? fileHead(head) : headOf(head, scheme, slash >= 0);
  const tail = decode(slash < 0 ? '' : rest.slice(slash));
  if (tail === undefined) return { fault: 'has a percent-encoding that is invalid or encoded again' };
  return canonical(place + tail);
}

function fileHead(head: string): string {
  return head.toLowerCase() === 'localhost' || head === '' ? '' : `/${head}`;
}

/** `user@host:port` and `git@host:owner` by their host; a lone `name@host` is an address and stays. */
function headOf(head: string, scheme: string | undefined, hasPath: boolean): string {
  const scp = scheme === undefined ? /^(?:[^@]*@)?([^@:[\]]+):(?![0-9]+$)(.+)$/su.exec(head) : null;
  if (scp && (head.includes('@') || scp[1]?.includes('.'))) return `${hostOf(scp[1] ?? '')}/${scp[2] ?? ''}`;
  const host = scheme !== undefined || hasPath ? head.slice(head.lastIndexOf('@') + 1) : head;
  const port = DEFAULT_PORTS[scheme?.split('+').at(-1) ?? ''];
  if (port !== undefined && host.endsWith(`:${port}`)) return hostOf(host.slice(0, -port.length - 1));
  if (scheme === undefined && host.includes('.')) return hostOf(host.replace(ANY_DEFAULT_PORT, ''));
  return scheme === undefined ? host : hostOf(host);
}

function hostOf(host: string): string {
  const plain = host.normalize('NFKC').toLowerCase().replace(/\.$/, '');
  if (/^[\x21-\x7e]*$/.test(plain)) return plain;
  return plain
    .split('.')
    .map((label) => domainToASCII(label) || label)
    .join('.');
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    const decoded = decodeURIComponent(text);
    return /%[0-9a-f]{2}/i.test(decoded) ? undefined : decoded;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function canonical(text: string): NormalResource {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  if (/[\p{C}\u2028\u2029\\]/u.test(plain))
    return { fault: 'has a control or hidden character, or a backslash' };
  const segments = plain.split('/').filter((segment, at) => at === 0 || (segment !== '' && segment !== '.'));
  if (segments.some((segment) => segment === '..')) return { fault: 'has a `..`' };
  if (segments.some((segment) => segment !== '.' && /[. ]$|^ /.test(segment))) {
    return { fault: 'has a part that ends in a dot or begins or ends with a blank' };
  }
  const last = segments.length - 1;
  const name = segments[last];
  if (last > 0 && name !== undefined && name.length > 4 && name.endsWith('.git'))
    segments[last] = name.slice(0, -4);
  if (segments.length === 1 && segments[0] === '')
    return plain === '' ? { fault: 'is empty' } : { name: '/' };
  return { name: segments.join('/') };
}
