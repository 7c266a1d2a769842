import { resolve } from 'node:path';
import { readUtf8 } from '../output/read-bytes.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';

/** Longest credential, in bytes: tokens of some issuers carry long lists of groups. */
const MAX_BYTES = 16 * 1024;

/** The credential for the platform: of the file, else of `COUNTERSIGN_API_KEY`, else none. Messages never repeat it. */
export async function apiKey(shell: Shell, keyFile: string | undefined): Promise<string | undefined> {
  const { env, cwd } = shell.around;
  const fromEnv = env['COUNTERSIGN_API_KEY'];
  if (keyFile === undefined)
    return fromEnv === undefined ? undefined : credential(fromEnv, 'COUNTERSIGN_API_KEY');
  return credential(await readUtf8(resolve(cwd, keyFile), keyFile, MAX_BYTES), keyFile);
}

function credential(text: string, from: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UserError(`${from}: it does not hold a key and nothing else`);
  return key;
}
