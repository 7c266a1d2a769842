import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { BundleProblemCode, type BundleProblem } from './bundle.js';

/** Most files in a bundle. */
export const MAX_BUNDLE_FILES = 1_024;
/** Deepest folder in a bundle. */
export const MAX_BUNDLE_DEPTH = 16;
const POLICY_FILE = /\.(ya?ml|json)$/i;

/** A file of a bundle: where it is, and what it is called inside. */
export interface FoundFile {
  readonly path: string;
  /** Relative to its folder, with `/`. */
  readonly name: string;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly problems: readonly BundleProblem[];
}

/** Whether a path names a policy file, not a folder of them. */
export const isPolicyFile = (path: string): boolean => POLICY_FILE.test(path);

/** Finds the policy files that paths of files and folders stand for, in order of names. Never throws. */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const search = new Search();
  for (const path of paths) {
    if (isPolicyFile(path)) search.files.push({ path, name: basename(path) });
    else await search.folder(path);
  }
  return { files: search.files, problems: search.problems };
}

class Search {
  readonly files: FoundFile[] = [];
  readonly problems: BundleProblem[] = [];

  async folder(path: string): Promise<void> {
    try {
      // The folder itself may be a link: that is how a whole bundle is replaced at once.
      const root = await realpath(path);
      await this.walk(root, root, 0);
    } catch (error) {
      this.blame(path, BundleProblemCode.Unreadable, `the folder can't be read (${codeOf(error)})`);
    }
  }

  private async walk(root: string, folder: string, depth: number): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((left, right) => (left.name < right.name ? -1 : Number(left.name > right.name)));
    for (const entry of entries) {
      if (this.problems.length > 0) return;
      if (!entry.name.startsWith('.')) await this.take(root, folder, entry, depth);
    }
  }

  private async take(root: string, folder: string, entry: Dirent, depth: number): Promise<void> {
    const path = join(folder, entry.name);
    const name = relative(root, path).split(sep).join('/');
    if (entry.isSymbolicLink()) return this.takeLink(root, path, name);
    if (isPolicyFile(entry.name)) {
      if (entry.isFile()) this.add(path, name);
      else this.blame(name, BundleProblemCode.NotAFile, 'it is not a file');
    } else if (entry.isDirectory()) {
      if (depth >= MAX_BUNDLE_DEPTH)
        this.blame(name, BundleProblemCode.TooLarge, 'the folders are nested too deep');
      else await this.walk(root, path, depth + 1);
    }
  }

  /** A link may stand for a file inside the folder, as mounted settings have it; for nothing else. */
  private async takeLink(root: string, path: string, name: string): Promise<void> {
    const target = await realpath(path);
    if (target !== root && !target.startsWith(root + sep))
      return this.blame(name, BundleProblemCode.OutsideBundle, 'the link leads out of the folder');
    const isFile = (await stat(target)).isFile();
    if (isPolicyFile(name) && isFile) return this.add(target, name);
    if (!isFile || isPolicyFile(name))
      this.blame(name, BundleProblemCode.NotAFile, 'the link stands for no file');
  }

  private add(path: string, name: string): void {
    if (this.files.length >= MAX_BUNDLE_FILES)
      this.blame(name, BundleProblemCode.TooLarge, `the bundle has more than ${MAX_BUNDLE_FILES} files`);
    else this.files.push({ path, name });
  }

  private blame(file: string, code: BundleProblemCode, message: string): void {
    this.problems.push({ file, line: 0, column: 0, code, message });
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
