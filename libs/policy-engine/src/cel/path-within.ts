import { wrongType } from './condition-fault.js';

/**
 * Whether a path is a folder or lies in it, by their text alone. What could lead elsewhere has no answer: relative
 * paths, `..` beyond the root, NUL and `%00`, backslashes, encoded slashes and dots.
 */
export function isPathWithin(path: string, folder: string): boolean {
  const inner = segmentsOf(path);
  const outer = segmentsOf(folder);
  return outer.length <= inner.length && outer.every((segment, at) => segment === inner[at]);
}

function segmentsOf(path: string): string[] {
  if (!path.startsWith('/')) throw wrongType('a path is not absolute');
  if (/[\p{Cc}\p{Cf}\p{Cs}\\]|%(?:00|2e|2f|5c|25)/iu.test(path)) {
    throw wrongType('a path holds a hidden or encoded character, or a backslash');
  }
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw wrongType('a path leads beyond the root');
  }
  return segments;
}
