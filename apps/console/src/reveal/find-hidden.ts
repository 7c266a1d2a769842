import type { HiddenKind } from './hidden-kinds.js';
import { reveal } from './reveal.js';

/** What is hidden in a value: how often each kind, and where the first few are. */
export interface HiddenFindings {
  readonly count: number;
  readonly kinds: ReadonlyMap<HiddenKind, number>;
  /** RFC 6901 pointers of texts, and of members whose names hide something. */
  readonly places: readonly string[];
}

/** Places that are named at most. */
const MOST_PLACES = 5;

/** Looks through every text of a value, the names of members included. */
export function findHidden(value: unknown): HiddenFindings {
  const kinds = new Map<HiddenKind, number>();
  const places: string[] = [];
  let count = 0;
  const look = (text: string, place: string) => {
    const hidden = reveal(text).filter((segment) => segment.hidden);
    if (hidden.length === 0) return;
    count += hidden.length;
    for (const { kind } of hidden) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (places.length < MOST_PLACES) places.push(place);
  };
  const walk = (node: unknown, place: string): void => {
    if (typeof node === 'string') look(node, place);
    else if (Array.isArray(node)) node.forEach((item, i) => walk(item, `${place}/${i}`));
    else if (typeof node === 'object' && node !== null)
      for (const [name, member] of Object.entries(node)) {
        const inner = `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        look(name, inner);
        walk(member, inner);
      }
  };
  walk(value, '');
  return { count, kinds, places };
}
