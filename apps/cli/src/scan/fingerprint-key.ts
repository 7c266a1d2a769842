import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { readBytes } from '../output/read-bytes.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';

/** Names the file that holds the key. */
export const KEY_VARIABLE = 'COUNTERSIGN_FINGERPRINT_KEY';
/** Bytes of a key: a shorter one could be guessed, a longer one is another file. */
const SHORTEST = 32;
const LONGEST = 4096;

/** The key of the fingerprints, and whether other runs can have it as well. */
export interface FingerprintKey {
  readonly bytes: Uint8Array;
  /** `file`: fingerprints can be compared between runs; `run`: within this one only. */
  readonly from: 'file' | 'run';
}

/** Reads the key, or draws one for this run. Throws a {@link UserError} when the file can't be read or is no key. */
export async function fingerprintKey({ around: { env, cwd } }: Shell): Promise<FingerprintKey> {
  const file = env[KEY_VARIABLE];
  if (!file) return { bytes: randomBytes(SHORTEST), from: 'run' };
  const bytes = await readBytes(createReadStream(resolve(cwd, file)), file, LONGEST);
  if (bytes.length < SHORTEST)
    throw new UserError(`${file}: a fingerprint key (${KEY_VARIABLE}) has at least ${SHORTEST} bytes`);
  return { bytes, from: 'file' };
}
