import ipaddr from 'ipaddr.js';
import { hostOf } from './host-of.js';

/** Names that never leave a machine or an organisation. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|localdomain|lan|home\.arpa|intranet|corp)$/;
/** A name made of numbers alone is an address in some old spelling, or was meant to be taken for one. */
const NUMBERS = /^(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*$/;

/**
 * Whether a host is an address that is not global, in any spelling: private, loopback, link-local, metadata,
 * multicast, reserved, or an IPv4 address of that kind inside an IPv6 one. Local names count as private; other names
 * are not looked up. An address that can't be read counts as private.
 */
export function isPrivateHost(text: string): boolean {
  const host = hostOf(text);
  if (host.startsWith('[')) return isPrivateV6(host.slice(1, -1));
  if (NUMBERS.test(host)) {
    return !ipaddr.IPv4.isValid(host) || ipaddr.IPv4.parse(host).range() !== 'unicast' || isOddV4(host);
  }
  return LOCAL_NAME.test(host);
}

/** Addresses of clouds' own services outside the ranges that are private anyway. */
const METADATA: readonly string[] = ['168.63.129.16', '100.100.100.200', '192.0.0.192'];
const isOddV4 = (text: string) => METADATA.includes(ipaddr.IPv4.parse(text).toString());

function isPrivateV6(text: string): boolean {
  if (!ipaddr.IPv6.isValid(text)) return true;
  const address = ipaddr.IPv6.parse(text);
  const inner = innerV4(address);
  if (inner !== undefined) return isPrivateHost(inner);
  return address.range() !== 'unicast';
}

/** The IPv4 address in a mapped, translated, 6to4 or compatible IPv6 address. */
function innerV4(address: ipaddr.IPv6): string | undefined {
  const { parts } = address;
  const at = (from: number) => {
    const [high = 0, low = 0] = parts.slice(from, from + 2);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  };
  const zeros = (to: number) => parts.slice(0, to).every((part) => part === 0);
  if (zeros(5) && parts[5] === 0xffff) return at(6);
  if (zeros(4) && parts[4] === 0xffff && parts[5] === 0) return at(6);
  if (zeros(6) && (parts[6] ?? 0) !== 0) return at(6);
  if (parts[0] === 0x64 && parts[1] === 0xff9b) return at(6);
  return parts[0] === 0x2002 ? at(1) : undefined;
}
