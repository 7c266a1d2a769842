import { BlockList, isIP } from 'node:net';
import { canonicalAddress } from './canonical-address.js';

/** Bits of an IPv6 address before the IPv4 address that it maps. */
const MAPPED_BITS = 96;

/**
 * Addresses and networks, each an IPv4 or IPv6 address with or without a prefix length. The families are kept apart: a
 * network of IPv6 has no IPv4 address, however that is written.
 */
export class AddressList {
  private readonly lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  private constructor(readonly size: number) {}

  /** Throws with the entry that is none. */
  static of(entries: readonly string[]): AddressList {
    const addresses = new AddressList(entries.length);
    for (const entry of entries) addresses.add(entry);
    return addresses;
  }

  /** An IPv4 address that is written as IPv6 is the same address. What is no address is in no list. */
  has(text: string): boolean {
    const address = canonicalAddress(text);
    if (address === undefined) return false;
    const family = familyOf(address);
    return this.lists[family].check(address, family);
  }

  private add(entry: string): void {
    const [text = '', prefix, ...rest] = entry.split('/');
    // A zone is one of this machine's own interfaces; addresses are compared without it.
    const address = text.includes('%') ? undefined : canonicalAddress(text);
    const written = isIP(text) === 4 ? 32 : 128;
    const bits = prefix === undefined ? written : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (address === undefined || rest.length > 0 || !(bits <= written)) throw refused(entry);
    const family = familyOf(address);
    const own = family === 'ipv4' && written === 128 ? bits - MAPPED_BITS : bits;
    // Shorter than what all mapped addresses begin with, it would be a network of IPv6 by the spelling of IPv4.
    if (own < 0) throw refused(entry);
    this.lists[family].addSubnet(address, own, family);
  }
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

const refused = (entry: string) =>
  new RangeError(`${JSON.stringify(entry)} is no address and no network such as 10.0.0.0/8`);
