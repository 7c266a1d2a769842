import { canonicalJson, sha256Digest } from '@countersign/kernel';
import type { PolicySource } from '@countersign/policy-engine';
import type { BundleProblem } from './bundle.js';

/** The digest of files by their names and texts, whatever their order. */
export function contentDigest(sources: readonly PolicySource[]): string {
  const entries = sources.map(({ file, text }) => [file, sha256Digest(text)]).sort(byName);
  return sha256Digest(canonicalJson({ files: entries }));
}

/** The digest of what keeps files from being read. */
export function problemDigest(problems: readonly BundleProblem[]): string {
  return sha256Digest(
    canonicalJson({ problems: problems.map(({ file, code, message }) => [file, code, message]) }),
  );
}

function byName([left = '']: readonly string[], [right = '']: readonly string[]): number {
  return left < right ? -1 : Number(left > right);
}
