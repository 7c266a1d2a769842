import { isIP } from 'node:net';
import { ApiError } from '../http/problem.js';
import type { AddressList } from '../settings/address-list.js';
import { canonicalAddress } from '../settings/canonical-address.js';

/** As some proxies write them: with a port, and IPv6 in brackets. */
const HOP = /^(?:(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?|\[([0-9a-f:.]+)\](?::\d{1,5})?|([0-9a-f:.]+))$/i;

/**
 * Where a request comes from: its peer, or, where that is a trusted proxy, the last hop of `X-Forwarded-For` that is
 * none. What stands before that hop anybody can have written. Throws `invalid_header` when a trusted proxy names no
 * address there.
 */
export function clientAddress(
  peer: string,
  forwardedFor: readonly string[] | undefined,
  proxies: AddressList,
): string {
  let client = canonicalAddress(peer) ?? peer;
  // Every hop as written, the nearest last; several header lines are one list (RFC 9110, 5.3).
  const hops = (forwardedFor ?? []).flatMap((line) => line.split(','));
  while (proxies.has(client)) {
    const hop = hops.pop();
    if (hop === undefined) return client;
    const address = addressOfHop(hop.trim());
    if (address === undefined)
      throw new ApiError('invalid_header', 'A trusted proxy names no address in X-Forwarded-For.');
    client = address;
  }
  return client;
}

function addressOfHop(hop: string): string | undefined {
  const [, ipv4, bracketed, bare] = HOP.exec(hop) ?? [];
  return canonicalAddress(ipv4 ?? bracketed ?? bare ?? '');
}

/**
 * What a caller without credentials is counted by: an IPv4 address, or the network of 64 bits of an IPv6 one, all of
 * whose addresses one machine can have.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
