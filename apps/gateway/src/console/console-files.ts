import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built console is: beside this package, whether that runs from its sources or built. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** The page that every address of the console is. */
export const INDEX = '/index.html';

/** One file of the console, as it is sent. */
export interface ConsoleFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Its name has a digest of its content, so under that name there is never anything else. */
  readonly isHashed: boolean;
}

/** By path, beginning with a slash. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Reads all files of the console into memory: what is not in the map can't be asked for, whatever an address looks
 * like. Empty when it was not built. Files of an unknown type are left out.
 */
export function readConsole(folder = CONSOLE_FOLDER): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  for (const entry of entriesOf(folder)) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    files.set(path, { bytes: readFileSync(file), type, isHashed: path.startsWith('/assets/') });
  }
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    // A gateway without a console serves its API all the same.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
