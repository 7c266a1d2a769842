import ipaddr from 'ipaddr.js';
import { addressOf } from './address-rules.js';

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Names of DNS in lower case, without a dot at the end. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9_-]{0,62})(\.[a-z0-9]([a-z0-9_-]{0,62}))*$/;

/** Hosts and networks that may be reached although they are not of the open internet. */
export class AllowList {
  private constructor(
    private readonly hosts: ReadonlySet<string>,
    private readonly networks: readonly Network[],
  ) {}

  /** Entries are host names, addresses, and networks such as `10.0.0.0/8`. Throws RangeError with the one that is none. */
  static of(entries: readonly string[]): AllowList {
    const hosts = new Set<string>();
    const networks: Network[] = [];
    for (const entry of entries) {
      const network = networkOf(entry);
      const host = entry.toLowerCase();
      if (network !== undefined) networks.push(network);
      // Digits alone at the end are an address in some other notation, which would never match.
      else if (HOST.test(host) && !/(^|\.)\d+$/.test(host)) hosts.add(host);
      else throw new RangeError(`${JSON.stringify(entry)} is no host, address or network such as 10.0.0.0/8`);
    }
    return new AllowList(hosts, networks);
  }

  hasHost(host: string): boolean {
    return this.hosts.has(host);
  }

  hasAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.networks.some(([base, bits]) => {
      if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits);
      return base instanceof ipaddr.IPv6 && address.match(base, bits);
    });
  }
}

function networkOf(entry: string): Network | undefined {
  const [text = '', prefix, ...rest] = entry.split('/');
  const address = addressOf(text);
  if (address === undefined || rest.length > 0) return undefined;
  const most = address instanceof ipaddr.IPv4 ? 32 : 128;
  if (prefix === undefined) return [address, most];
  // A prefix of an address that was written as IPv6 and is IPv4 could mean either.
  const isMapped = address instanceof ipaddr.IPv4 && text.includes(':');
  const bits = /^\d{1,3}$/.test(prefix) && !isMapped ? Number(prefix) : NaN;
  return bits <= most ? [address, bits] : undefined;
}
