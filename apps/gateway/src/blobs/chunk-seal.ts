import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { CodedError } from '@countersign/kernel';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits, fresh for each sealing. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a piece belongs. It opens there only. */
export interface ChunkPlace {
  readonly blobId: string;
  readonly index: number;
}

/** The key of blobs: made of the quarantine's key and never the same, so that neither opens what the other has sealed. */
export function blobKeyOf(quarantineKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', quarantineKey, Buffer.alloc(0), 'countersign blobs v1', KEY_BYTES));
}

/** Seals one piece: nonce, tag, ciphertext. Its place is authenticated with it. */
export function sealChunk(bytes: Uint8Array, key: Uint8Array, place: ChunkPlace): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(placeOf(place));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Opens what {@link sealChunk} made. @throws CodedError `unsealable` when the key, the place or a single bit differ */
export function unsealChunk(sealed: Uint8Array, key: Uint8Array, place: ChunkPlace): Buffer {
  const tagAt = NONCE_BYTES;
  const bytesAt = NONCE_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, tagAt), { authTagLength: TAG_BYTES })
      .setAAD(placeOf(place))
      .setAuthTag(sealed.subarray(tagAt, bytesAt));
    return Buffer.concat([decipher.update(sealed.subarray(bytesAt)), decipher.final()]);
  } catch (cause) {
    throw new CodedError('unsealable', 'a piece of a blob does not open', { cause });
  }
}

/** As JSON, so that no two places give the same bytes. */
const placeOf = ({ blobId, index }: ChunkPlace): Buffer => Buffer.from(JSON.stringify([blobId, index]));
