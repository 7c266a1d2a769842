import type { KeyObject } from 'node:crypto';
import { signCompact } from './compact-token.js';
import { activeKeyOf, importSigningKey, publicKeysOf, type KeyRing, type PublicJwk } from './key-ring.js';
import { WARRANT_ALG, WARRANT_TYPE, type WarrantClaims } from './warrant.js';

/** Signs warrants with the active key of a ring. */
export class WarrantSigner {
  private constructor(
    private readonly key: KeyObject,
    /** The kid of the key that signs. */
    readonly kid: string,
    /** The JWK set that workers verify with. */
    readonly publicKeys: { readonly keys: readonly PublicJwk[] },
  ) {}

  /** Throws `CodedError('invalid_key_ring')`, also when the halves of the active key do not belong together. */
  static async open(ring: KeyRing): Promise<WarrantSigner> {
    const active = activeKeyOf(ring);
    return new WarrantSigner(await importSigningKey(active), active.kid, publicKeysOf(ring));
  }

  /** The token of a warrant. */
  sign(claims: WarrantClaims): string {
    return signCompact({ alg: WARRANT_ALG, typ: WARRANT_TYPE, kid: this.kid }, claims, this.key);
  }
}
