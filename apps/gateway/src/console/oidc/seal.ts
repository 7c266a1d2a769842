import { hkdfSync, randomBytes } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt, type JWTPayload } from 'jose';

/** What is sealed for one purpose is nothing for another. */
export type Purpose = 'attempt' | 'session';

/** AES-256: a key of this many bytes. */
const KEY_BYTES = 32;
const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;
/** Fewest bytes that a configured secret may have. */
export const MIN_SECRET_BYTES = 32;

/** Seals what a browser keeps for us, so that it can neither read nor change it. */
export class Seal {
  private readonly keys: Readonly<Record<Purpose, Uint8Array>>;

  /** Of a secret; without one of the process's own, and what was sealed before its start is nothing any more. */
  constructor(secret: Uint8Array = randomBytes(MIN_SECRET_BYTES)) {
    if (secret.byteLength < MIN_SECRET_BYTES)
      throw new RangeError(`the secret of sessions has fewer than ${MIN_SECRET_BYTES} bytes`);
    const keyFor = (purpose: Purpose) =>
      new Uint8Array(hkdfSync('sha256', secret, '', `countersign console ${purpose}`, KEY_BYTES));
    this.keys = { attempt: keyFor('attempt'), session: keyFor('session') };
  }

  /** Seals claims until a moment, in seconds since 1970. */
  close(purpose: Purpose, claims: JWTPayload, until: number): Promise<string> {
    return new EncryptJWT(claims)
      .setProtectedHeader(ENCRYPTION)
      .setExpirationTime(until)
      .encrypt(this.keys[purpose]);
  }

  /** What was sealed, or undefined when it was not sealed here, for this purpose, or its time is over. */
  async open(purpose: Purpose, text: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtDecrypt(text, this.keys[purpose], {
        keyManagementAlgorithms: [ENCRYPTION.alg],
        contentEncryptionAlgorithms: [ENCRYPTION.enc],
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
