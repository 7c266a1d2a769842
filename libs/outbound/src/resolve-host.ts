import { lookup } from 'node:dns/promises';
import type { AllowList } from './allow-list.js';
import { addressOf } from './address-rules.js';
import { OutboundRefused, RefusalReason } from './outbound-refused.js';
import { checkAddress } from './read-url.js';

/** Gives every address of a host, in the order in which to try them. Rejects where there is none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As this machine resolves names. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * The addresses of a host that may be connected to, in the order in which to try them: at least one. They are asked for
 * once, and whoever connects must take this answer and not ask again: a name can mean something else a moment later (DNS rebinding). A host with one address that is not
 * allowed is refused whole. Throws {@link OutboundRefused}, or what `resolve` throws.
 */
export async function resolveHost(
  host: string,
  allowed: AllowList,
  resolve: Resolve = systemResolve,
): Promise<readonly string[]> {
  const addresses = addressOf(host) === undefined ? await resolve(host) : [host];
  for (const address of addresses) checkAddress(host, address, allowed);
  if (addresses.length === 0) throw new OutboundRefused(RefusalReason.Address);
  return addresses;
}
