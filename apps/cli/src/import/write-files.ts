import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { ImportedFile } from '@countersign/policy-import';
import { causeOf, UserError } from '../user-error.js';

/**
 * Writes files beneath a folder, all or none as far as what stands there is concerned: without `force` a file that exists
 * keeps every one from being written. Throws a {@link UserError}.
 */
export async function writeFiles(
  folder: string,
  files: readonly ImportedFile[],
  force: boolean,
): Promise<void> {
  const targets = files.map(({ path, text }) => ({ path: resolve(folder, path), text }));
  for (const { path } of targets) {
    if (!path.startsWith(resolve(folder) + sep))
      throw new Error(`${relative(folder, path)} leads out of the folder`);
    if (!force && existsSync(path))
      throw new UserError(`${path} exists; nothing was written (--force replaces it)`);
  }
  for (const { path, text } of targets) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { flag: force ? 'w' : 'wx' });
    } catch (error) {
      throw new UserError(`${path}: it can't be written (${causeOf(error)})`);
    }
  }
}
