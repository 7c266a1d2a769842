import { sep } from 'node:path';
import type { PolicySource } from '@countersign/policy-engine';
import { BundleProblemCode, type Bundle, type BundleProblem, type BundleReading } from './bundle.js';
import { contentDigest, problemDigest } from './content-digest.js';
import { findFiles, type FoundFile } from './find-files.js';
import { readText } from './read-text.js';

/** Most text in a bundle, in bytes. */
export const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;

/**
 * Reads files and folders of policies as one bundle. A folder gives every `*.yaml`, `*.yml` and `*.json` beneath it, in
 * order of names, but hidden ones. Nothing outside of it is read, and what can't be read refuses the whole: a policy with
 * a part missing could allow what it was to deny.
 */
export async function readBundle(paths: readonly string[]): Promise<BundleReading> {
  const { files, problems } = await findFiles(paths);
  if (problems.length > 0) return refused(problems);
  if (files.length === 0)
    return refused([whole(paths.join(','), BundleProblemCode.EmptyBundle, 'there is no policy file')]);
  const names = namesOf(files);
  const sources: PolicySource[] = [];
  let left = MAX_BUNDLE_BYTES;
  for (const [at, { path }] of files.entries()) {
    const file = names[at]!;
    const read = await readText(path, left);
    if (!read.ok) return refused([whole(file, read.code, read.message)]);
    left -= read.bytes;
    sources.push({ file, text: read.text });
  }
  const bundle: Bundle = { sources, content: contentDigest(sources) };
  return { ok: true, bundle };
}

/** Names inside the bundle, which includes refer to; two of one name keep their whole path. */
function namesOf(files: readonly FoundFile[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of files) counts.set(name, (counts.get(name) ?? 0) + 1);
  return files.map(({ name, path }) => ((counts.get(name) ?? 0) > 1 ? path.split(sep).join('/') : name));
}

function refused(problems: readonly BundleProblem[]): BundleReading {
  return { ok: false, content: problemDigest(problems), problems };
}

function whole(file: string, code: BundleProblemCode, message: string): BundleProblem {
  return { file, line: 0, column: 0, code, message };
}
