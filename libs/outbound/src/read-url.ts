import type { AllowList } from './allow-list.js';
import { addressOf, isMetadata, isPublic } from './address-rules.js';
import { OutboundRefused, RefusalReason } from './outbound-refused.js';

/**
 * Reads an address to send to, as far as that can be told without asking DNS. Numbers in any notation are addresses
 * here, since the URL standard makes four decimal parts of them. Throws {@link OutboundRefused}.
 */
export function readUrl(text: string, allowed: AllowList): URL {
  if (!URL.canParse(text)) throw new OutboundRefused(RefusalReason.Malformed);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new OutboundRefused(RefusalReason.Scheme);
  if (url.username !== '' || url.password !== '') throw new OutboundRefused(RefusalReason.Credentials);
  const host = hostOf(url);
  const address = addressOf(host);
  if (address !== undefined) checkAddress(host, host, allowed);
  const isAllowed = allowed.hasHost(host) || (address !== undefined && allowed.hasAddress(address));
  if (url.protocol === 'http:' && !isAllowed) throw new OutboundRefused(RefusalReason.Plaintext);
  return url;
}

/** The host of an address: without the brackets of IPv6, and without a dot at the end, which changes nothing. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

/** Throws {@link OutboundRefused} unless an address of a host may be connected to. What can't be read may not. */
export function checkAddress(host: string, text: string, allowed: AllowList): void {
  const address = addressOf(text);
  if (address !== undefined && !isMetadata(address)) {
    if (isPublic(address) || allowed.hasHost(host) || allowed.hasAddress(address)) return;
  }
  throw new OutboundRefused(RefusalReason.Address);
}
