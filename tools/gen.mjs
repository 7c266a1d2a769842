// Writes what is generated from the contract and the settings. Needs built packages: `npm run build && npm run gen`.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generate-docs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
for (const [path, text] of Object.entries(await generatedFiles())) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
  console.error(`wrote ${path}`);
}
