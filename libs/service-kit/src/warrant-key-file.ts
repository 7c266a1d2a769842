import { join } from 'node:path';
import { readSecretFile } from '@countersign/messaging';
import { keyRingText, newKeyRing, parseKeyRing, rotateKeyRing } from '@countersign/warrant';
import { writeSecretFile } from './write-secret-file.js';

/** The file of the keys that warrants are signed with, in the folder of keys. Only the scheduler needs it. */
export const WARRANT_KEYS_FILE = 'warrant.jwks';

/** A new ring of keys, as the file holds it. */
export async function newWarrantKeys(): Promise<string> {
  return keyRingText(await newKeyRing(new Date()));
}

/** The ring as the file holds it now. Throws `CodedError` `missing_key` or `unsafe_key`. */
export function readWarrantKeys(folder: string): Promise<string> {
  return Promise.resolve().then(() => readSecretFile(join(folder, WARRANT_KEYS_FILE)));
}

/** Makes the next key the one that signs, as `rotateKeyRing` says. */
export async function rotateWarrantKeys(
  folder: string,
  options: { readonly revoke?: boolean } = {},
): Promise<void> {
  const ring = await rotateKeyRing(parseKeyRing(await readWarrantKeys(folder)), new Date(), options);
  await writeSecretFile(folder, WARRANT_KEYS_FILE, keyRingText(ring));
}
