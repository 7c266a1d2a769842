import { createUser, fromSeed } from '@nats-io/nkeys';

/** A fresh user nkey. The seed is the secret; the public key (`U…`) belongs into the broker's configuration. */
export function createKeys(): { readonly seed: string; readonly publicKey: string } {
  const pair = createUser();
  const keys = { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
  pair.clear();
  return keys;
}

/** The public nkey of a seed. Throws when the text is none. */
export function publicKeyOfSeed(seed: string): string {
  const pair = fromSeed(new TextEncoder().encode(seed));
  const key = pair.getPublicKey();
  pair.clear();
  return key;
}
