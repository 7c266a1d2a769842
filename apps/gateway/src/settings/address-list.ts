import { BlockList, isIP } from 'node:net';

/** Addresses and networks, each an IPv4 or IPv6 address with or without a prefix length. */
export class AddressList {
  private readonly list = new BlockList();

  private constructor(readonly size: number) {}

  /** Throws with the entry that is none. */
  static of(entries: readonly string[]): AddressList {
    const addresses = new AddressList(entries.length);
    for (const entry of entries) addresses.add(entry);
    return addresses;
  }

  /** An IPv4 address that is written as IPv6 is the same address. What is no address is in no list. */
  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  private add(entry: string): void {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (family === 0 || !isPrefix || rest.length > 0)
      throw new RangeError(`${JSON.stringify(entry)} is no address and no network such as 10.0.0.0/8`);
    this.list.addSubnet(
      address,
      prefix === undefined ? bits : Number(prefix),
      family === 4 ? 'ipv4' : 'ipv6',
    );
  }
}
