import { isIP } from 'node:net';

/** IPv4 within IPv6 (RFC 4291, 2.5.5.2), as the URL standard writes it. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** One spelling for each address; undefined when it is none. */
export function canonicalAddress(address: string): string | undefined {
  const [bare = ''] = address.split('%');
  const family = isIP(bare);
  if (family !== 6) return family === 4 ? bare : undefined;
  const short = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [, high = '', low = ''] = MAPPED.exec(short) ?? [];
  if (high === '') return short;
  const bytes = [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return bytes.join('.');
}
