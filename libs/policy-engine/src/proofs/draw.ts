/** Where a generator's choices come from: `draw(n)` is a whole number from 0 to n - 1. */
export type Draw = (n: number) => number;

/** A small fast generator (mulberry32). The same seed gives the same choices on every machine. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * n);
  };
}

/** True in `percent` of 100 draws. */
export const chance = (draw: Draw, percent: number): boolean => draw(100) < percent;

/** One of the items. */
export function oneOf<const T extends readonly [unknown, ...unknown[]]>(draw: Draw, items: T): T[number] {
  return items[draw(items.length)];
}

/** One to `most` different items, in an order of their own. */
export function someOf<const T extends readonly [unknown, ...unknown[]]>(
  draw: Draw,
  items: T,
  most = 2,
): T[number][] {
  const picked = new Set<T[number]>();
  for (let left = 1 + draw(most); left > 0; left--) picked.add(oneOf(draw, items));
  return [...picked];
}

/** The items in a random order. */
export function shuffled<T>(draw: Draw, items: readonly T[]): T[] {
  const left = [...items];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(draw(left.length), 1));
  return order;
}

/** The members whose value is there. */
export function given(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
