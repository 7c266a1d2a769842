import { createUser } from '@nats-io/nkeys';

/** A fresh user nkey. The seed is the secret; the public key (`U…`) belongs into the broker's configuration. */
export function createKeys(): { readonly seed: string; readonly publicKey: string } {
  const pair = createUser();
  const keys = { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
  pair.clear();
  return keys;
}
