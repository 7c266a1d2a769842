import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { BundleFault, BundleProblemCode, MAX_BUNDLE_DEPTH, MAX_BUNDLE_FILES } from './bundle-reading.js';

const POLICY_FILE = /\.(ya?ml|json)$/i;

/** A file of a bundle: where it is, and what it is called inside, with `/`. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** The policy files of a bundle, in order of names. */
export interface FoundFiles {
  readonly isFolder: boolean;
  readonly files: readonly FoundFile[];
}

/**
 * Finds the policy files of a bundle: the file itself, or all `*.yaml`, `*.yml` and `*.json` beneath a folder
 * but hidden ones. Throws a {@link BundleFault} for a link that leads out of the folder, and for anything that has a
 * policy file's name and is none.
 */
export async function findFiles(path: string): Promise<FoundFiles> {
  // The folder itself may be a link: that is how a whole bundle is replaced at once.
  const root = await realpath(path);
  const stats = await stat(root);
  if (!stats.isDirectory()) return { isFolder: false, files: [{ path: root, name: basename(path) }] };
  const files: FoundFile[] = [];
  await walk(root, root, 0, files);
  files.sort((left, right) => (left.name < right.name ? -1 : Number(left.name > right.name)));
  return { isFolder: true, files };
}

async function walk(root: string, folder: string, depth: number, files: FoundFile[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const name = relative(root, path).split(sep).join('/');
    if (entry.isDirectory() && !POLICY_FILE.test(entry.name)) {
      if (depth >= MAX_BUNDLE_DEPTH)
        fault(name, 'TooLarge', `folders are more than ${MAX_BUNDLE_DEPTH} deep`);
      await walk(root, path, depth + 1, files);
      continue;
    }
    const target = await targetOf(root, path, name, entry);
    if (target === undefined) continue;
    if (files.length >= MAX_BUNDLE_FILES)
      fault(name, 'TooLarge', `the bundle has more than ${MAX_BUNDLE_FILES} files`);
    files.push({ path: target, name });
  }
}

/** The file to read for an entry; undefined if it is no policy file. A link may stand for a file in the bundle only. */
async function targetOf(
  root: string,
  path: string,
  name: string,
  entry: Dirent,
): Promise<string | undefined> {
  if (!entry.isSymbolicLink()) {
    if (!POLICY_FILE.test(name)) return undefined;
    return entry.isFile() ? path : fault(name, 'NotAFile', 'it is not a file');
  }
  const target = await realpath(path);
  if (!target.startsWith(root + sep)) return fault(name, 'OutsideBundle', 'the link leads out of the bundle');
  const isFile = (await stat(target)).isFile();
  if (!isFile) return fault(name, 'NotAFile', 'the link stands for no file');
  return POLICY_FILE.test(name) ? target : undefined;
}

function fault(name: string, code: keyof typeof BundleProblemCode, message: string): never {
  throw new BundleFault(name, BundleProblemCode[code], message);
}
