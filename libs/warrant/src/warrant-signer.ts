import { CompactSign, type CryptoKey } from 'jose';
import { activeKeyOf, importSigningKey, publicKeysOf, type KeyRing, type PublicJwk } from './key-ring.js';
import { WARRANT_ALG, WARRANT_TYPE, type WarrantClaims } from './warrant.js';

/** Signs warrants with the active key of a ring. */
export class WarrantSigner {
  private constructor(
    private readonly key: CryptoKey,
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

  /** One token for each, in order. They are signed side by side, on the threads that the runtime has for it. */
  sign(warrants: readonly WarrantClaims[]): Promise<string[]> {
    return Promise.all(warrants.map((claims) => this.signText(JSON.stringify(claims))));
  }

  private signText(text: string): Promise<string> {
    return new CompactSign(Buffer.from(text))
      .setProtectedHeader({ alg: WARRANT_ALG, typ: WARRANT_TYPE, kid: this.kid })
      .sign(this.key);
  }
}
