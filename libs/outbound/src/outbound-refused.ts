/** Why nothing is sent to an address. */
export const RefusalReason = {
  /** It is no address at all. */
  Malformed: 'malformed_url',
  /** Neither http nor https. */
  Scheme: 'scheme_not_allowed',
  /** It has a user or a password in it, which would go into logs. */
  Credentials: 'credentials_in_url',
  /** Without TLS, to a host that nobody has allowed. */
  Plaintext: 'plaintext_not_allowed',
  /** The host is, or one of its addresses is, not of the open internet. */
  Address: 'address_not_allowed',
} as const;
export type RefusalReason = (typeof RefusalReason)[keyof typeof RefusalReason];

/** Nothing was sent: the address is not one to send to. The message names no part of it, since addresses hold secrets. */
export class OutboundRefused extends Error {
  constructor(readonly reason: RefusalReason) {
    super(`refused: ${reason}`);
    this.name = 'OutboundRefused';
  }
}
