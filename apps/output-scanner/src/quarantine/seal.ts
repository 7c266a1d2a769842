import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CodedError } from '@countersign/kernel';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D: 96 bits, fresh for each sealing. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What sealed bytes belong to. They open under these ids only. */
export interface SealedFor {
  readonly job_id: string;
  readonly attempt: number;
  readonly lease_id: string;
  readonly epoch: number;
  readonly scanned: string;
}

/** Seals a result body under a key of 32 bytes: nonce, tag, ciphertext. The ids are authenticated with it. */
export function seal(text: string, key: Uint8Array, ids: SealedFor): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(ids));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Opens what {@link seal} made. @throws CodedError `unsealable` when the key, the ids or a single bit differ. */
export function unseal(sealed: Uint8Array, key: Uint8Array, ids: SealedFor): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(boundTo(ids))
      .setAuthTag(tag);
    const opened = [decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString('utf8');
  } catch (cause) {
    throw new CodedError('unsealable', 'the sealed output does not open', { cause });
  }
}

/** As JSON, so that no two lists of ids give the same bytes. */
function boundTo({ job_id, attempt, lease_id, epoch, scanned }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify([job_id, attempt, lease_id, epoch, scanned]));
}
