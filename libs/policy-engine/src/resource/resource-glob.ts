import { normalise } from './normalise-resource.js';

const MAX_PATTERN_LENGTH = 512;

/** Why a text is no pattern over resources, or undefined if it is one. */
export function resourcePatternFault(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) return `is longer than ${MAX_PATTERN_LENGTH} characters`;
  if (/[?#]/.test(pattern)) return 'has a `?` or `#`: resources are compared without query and fragment';
  const normal = normalise(pattern);
  if ('fault' in normal) return normal.fault;
  const wild = normal.name.split('/').find((segment) => segment.includes('**') && segment !== '**');
  return wild === undefined ? undefined : 'has `**` beside other characters; it stands alone between slashes';
}

/** The normal form of a pattern that {@link resourcePatternFault} accepts. */
export function normalResourcePattern(pattern: string): string {
  const normal = normalise(pattern);
  return 'name' in normal ? normal.name : pattern;
}

/** A text cut at its stars: the pieces between them must occur in order, the first at the start, the last at the end. */
type Glob = readonly string[];

/** Runs of segments between `**`; compiled once. */
export interface ResourceGlob {
  readonly runs: readonly (readonly Glob[])[];
  /** The leading segments without a wildcard, joined: every matching resource begins with them. */
  readonly prefix: string;
}

/** Compiles a normal pattern. */
export function resourceGlob(pattern: string): ResourceGlob {
  const segments = pattern.split('/');
  const runs: Glob[][] = [[]];
  for (const segment of segments) {
    if (segment === '**') runs.push([]);
    else runs.at(-1)?.push(segment.split('*'));
  }
  const wild = segments.findIndex((segment) => segment.includes('*'));
  return { runs, prefix: (wild < 0 ? segments : segments.slice(0, wild)).join('/') };
}

/** Whether the segments of a normal resource match. Each piece is looked for once, leftmost first: no backtracking. */
export function resourceMatches({ runs }: ResourceGlob, segments: readonly string[]): boolean {
  const [first = [], ...others] = runs;
  if (others.length === 0) return segments.length === first.length && runAt(first, segments, 0);
  const last = others[others.length - 1] ?? [];
  const end = segments.length - last.length;
  let at = first.length;
  if (at > end || !runAt(first, segments, 0) || !runAt(last, segments, end)) return false;
  for (const run of others.slice(0, -1)) {
    while (at + run.length <= end && !runAt(run, segments, at)) at += 1;
    at += run.length;
    if (at > end) return false;
  }
  return true;
}

function runAt(run: readonly Glob[], segments: readonly string[], from: number): boolean {
  return run.every((glob, at) => globMatches(glob, segments[from + at] ?? ''));
}

/** Whether a text matches a glob cut at its stars; `*` stands for any characters, also none. */
export function globMatches(glob: Glob, text: string): boolean {
  const first = glob[0] ?? '';
  if (glob.length === 1) return text === first;
  const last = glob[glob.length - 1] ?? '';
  const end = text.length - last.length;
  let at = first.length;
  if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  for (let piece = 1; piece < glob.length - 1; piece++) {
    const wanted = glob[piece] ?? '';
    const found = text.indexOf(wanted, at);
    if (found < 0) return false;
    at = found + wanted.length;
    if (at > end) return false;
  }
  return true;
}
