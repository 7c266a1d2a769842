import { domainToASCII } from 'node:url';
import { wrongType } from './condition-fault.js';

/** What a browser and the resolvers of most programs take for a name or an address. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]{0,253}[a-z0-9_])?)$/;

/**
 * The host in a host, `host:port` or URL: lower case, internationalised names in their ASCII form, without a last dot.
 * IPv6 addresses come in brackets. Throws {@link ConditionFault} for what is neither.
 */
export function hostOf(text: string): string {
  if (hasSloppyScheme(text)) throw wrongType('a value is neither a host nor a URL');
  const host = text.includes('/') ? hostOfUrl(text) : hostOfName(text);
  const plain = host.replace(/\.$/, '');
  if (!HOST.test(plain) || plain.includes('..')) throw wrongType('a value is neither a host nor a URL');
  return plain;
}

/**
 * `http:/127.0.0.1` and `http:127.0.0.1` are URLs to a browser, and a host named `http` to others; what stands behind
 * a backslash is a path to the one and the host to the other. So such a text has no host.
 */
const hasSloppyScheme = (text: string) =>
  text.includes('\\') || /^(?:https?|wss?|ftp|file):(?!\/\/)/i.test(text) || /^[^/]*:\/(?!\/)/.test(text);

function hostOfUrl(text: string): string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  // A parser drops tabs and line ends, so programs differ on what such a URL means.
  const url = /[\p{Cc}\s]/u.test(whole) || !URL.canParse(whole) ? undefined : new URL(whole);
  if (!url || url.hostname === '') throw wrongType('a value is neither a host nor a URL');
  return asciiHost(url.hostname);
}

function hostOfName(text: string): string {
  if (/[@?#%\s]/u.test(text)) throw wrongType('a value is neither a host nor a URL');
  const colons = text.split(':').length - 1;
  if (colons > 1 && !text.startsWith('[')) return `[${text.toLowerCase()}]`;
  return asciiHost(text.replace(/:[0-9]{1,5}$/, ''));
}

function asciiHost(host: string): string {
  if (host.startsWith('[')) return host.toLowerCase();
  return /^[\x21-\x7e]+$/.test(host) ? host.toLowerCase() : domainToASCII(host);
}
