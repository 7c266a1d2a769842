import type { PolicySource } from '@countersign/policy-engine';
import { causeOf } from '../user-error.js';
import { BundleFault, BundleProblemCode, MAX_BUNDLE_BYTES, type BundleReading } from './bundle-reading.js';
import { findFiles } from './find-files.js';
import { readText, TextFault } from './read-text.js';

const MESSAGES = {
  [TextFault.NotAFile]: 'it is not a file',
  [TextFault.TooLarge]: `the bundle has more than ${MAX_BUNDLE_BYTES / 1024 / 1024} MiB`,
  [TextFault.NotText]: 'it is not UTF-8',
} as const satisfies Record<TextFault, string>;

/**
 * Reads a policy file, or a folder of them, as one bundle. What can't be read refuses the whole: a policy with a part
 * missing could allow what it was to deny. Never throws on anything that the file system holds.
 */
export async function readBundle(path: string): Promise<BundleReading> {
  let reading = path;
  try {
    const { files, isFolder } = await findFiles(path);
    const sources: PolicySource[] = [];
    let left = MAX_BUNDLE_BYTES;
    for (const { path: filePath, name } of files) {
      reading = name;
      const read = await readText(filePath, left);
      if (!read.ok) throw new BundleFault(name, read.fault, MESSAGES[read.fault]);
      left -= read.bytes;
      sources.push({ file: name, text: read.text });
    }
    if (sources.length > 0) return { ok: true, isFolder, sources };
    throw new BundleFault(path, BundleProblemCode.EmptyBundle, 'there is no *.yaml, *.yml or *.json in it');
  } catch (error) {
    const [file, code, message] =
      error instanceof BundleFault
        ? [error.file, error.code, error.message]
        : [reading, BundleProblemCode.Unreadable, `it can't be read (${causeOf(error)})`];
    return { ok: false, problem: { file, line: 0, column: 0, code, message } };
  }
}
