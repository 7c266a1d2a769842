import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** One file: path from the root with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const SKIPPED = new Set(['node_modules', 'dist', 'out-tsc', '.nx', '.git', '.countersign', 'results']);

/** Text of a file, by its path from the root. */
export function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

/** Every file under some folders of the root whose name ends as wanted, without what is installed or built. */
export async function filesUnder(
  folders: readonly string[],
  endings: readonly string[],
): Promise<SourceFile[]> {
  const paths = (await Promise.all(folders.map((folder) => walk(join(ROOT, folder))))).flat();
  return Promise.all(
    paths
      .filter((path) => endings.some((ending) => path.endsWith(ending)))
      .sort()
      .map(async (path) => ({
        path: relative(ROOT, path).split(sep).join('/'),
        text: await readFile(path, 'utf8'),
      })),
  );
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => !SKIPPED.has(entry.name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? walk(path) : [path];
      }),
  );
  return found.flat();
}

/** Sources that run in production: no specs, no test helpers. */
export async function productionSources(): Promise<SourceFile[]> {
  const files = await filesUnder(['apps', 'libs'], ['.ts']);
  return files.filter(
    ({ path }) => path.includes('/src/') && !path.endsWith('.spec.ts') && !path.includes('/testing/'),
  );
}

/** A variable of the environment that a program beside the services reads. */
export interface OtherVariable {
  readonly name: string;
  readonly reader: string;
  readonly description: string;
}

interface Generator {
  readonly OTHER_VARIABLES: readonly OtherVariable[];
  generatedFiles(): Promise<Record<string, string>>;
}

/** What `npm run gen` is made of. */
export async function generator(): Promise<Generator> {
  const file = pathToFileURL(join(ROOT, 'tools/generate-docs.mjs')).href;
  return (await import(file)) as Generator;
}
