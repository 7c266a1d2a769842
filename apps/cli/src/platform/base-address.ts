import { UserError } from '../user-error.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address of a platform's API. Throws a {@link UserError} for anything but http and https, and for a key that would go
 * over the network in the clear.
 */
export function baseAddress(text: string, withKey: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '')
    throw new UserError('--url: not an address such as http://127.0.0.1:8081');
  if (withKey && url.protocol === 'http:' && !LOOPBACK.has(url.hostname))
    throw new UserError('--url: a key is sent over https, or to loopback, only');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
