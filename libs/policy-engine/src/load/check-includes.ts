import { ProblemCode } from '../vocabulary.js';
import { quoted, type PolicyReader, type Section } from './policy-reader.js';
import { didYouMean } from './suggest.js';

interface NamedFile {
  readonly file: string;
  readonly reader: PolicyReader;
  readonly top: Section;
}

/**
 * Checks that every file named by an `include` is among those of the bundle. Reading files is the caller's; here a file
 * that was left out, or a name that leads out of the bundle, refuses it.
 */
export function checkIncludes(files: readonly NamedFile[], given: readonly string[]): void {
  const names = new Set(given.flatMap((file) => resolve('', file) ?? []));
  for (const { file, reader, top } of files) {
    const member = top.members.get('include');
    const items = member && reader.items(member, 'include');
    if (items?.length === 0)
      reader.fault(member?.value ?? null, ProblemCode.BadInclude, 'include is empty; leave it out');
    for (const item of items ?? []) {
      const text = reader.text(item, 'an entry of include');
      if (text === undefined) continue;
      const target = includedFile(file, text);
      if (target === undefined) {
        const message = `${quoted(text)} leads out of the bundle, or is no relative path`;
        reader.fault(item.value, ProblemCode.BadInclude, message);
      } else if (!names.has(target)) {
        const message = `${quoted(text)} is not among the files of the bundle${didYouMean(target, names)}`;
        reader.fault(item.value, ProblemCode.BadInclude, message);
      }
    }
  }
}

/** The name of the file that an `include` of another file means; undefined if it is absolute or leads out of the bundle. */
export function includedFile(from: string, include: string): string | undefined {
  if (include === '' || /^\/|[\\\0*]|^[a-z]:/i.test(include)) return undefined;
  return resolve(from.split('/').slice(0, -1).join('/'), include);
}

function resolve(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  const root = folder.startsWith('/') || (folder === '' && path.startsWith('/')) ? 1 : 0;
  for (const [at, part] of path.split('/').entries()) {
    if (part === '.' || (part === '' && at > 0)) continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > root) parts.pop();
    else return undefined;
  }
  return parts.filter((part) => part !== '.').join('/');
}
