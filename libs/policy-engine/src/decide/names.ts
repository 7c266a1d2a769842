import { globMatches } from '../resource/resource-glob.js';

/** Names that are looked up. */
export interface Names {
  readonly has: (name: string) => boolean;
}

/** Up to this many, looking through a list is quicker than hashing. */
const SHORT = 6;

/** The names of a list. */
export function names(list: readonly string[]): Names {
  if (list.length > SHORT) return new Set(list);
  const [only] = list;
  return list.length === 1 ? { has: (name) => name === only } : { has: (name) => list.includes(name) };
}

/** Names of actions, of which some may have `*` for any part. */
export function actionNames(list: readonly string[]): Names {
  const globs = list.filter((name) => name.includes('*')).map((name) => name.split('*'));
  if (globs.length === 0) return names(list);
  const plain = names(list.filter((name) => !name.includes('*')));
  return { has: (name) => plain.has(name) || globs.some((glob) => globMatches(glob, name)) };
}
