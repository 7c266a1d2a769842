import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Replaces a file of the folder as a whole, readable by its owner alone: somebody may read it at any moment. */
export async function writeSecretFile(folder: string, file: string, text: string): Promise<void> {
  const path = join(folder, file);
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
