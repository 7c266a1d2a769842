/**
 * Whether a row of items fits a row of patterns in which some (gaps) stand for any number of items: a table of which
 * beginnings fit which, row by row, so that no pattern makes it explode (P19).
 */
function rowFits<T>(
  patterns: readonly T[],
  items: readonly T[],
  isGap: (pattern: T) => boolean,
  fits: (pattern: T, item: T) => boolean,
): boolean {
  // At position n: whether the patterns so far fit the first n items.
  let reached = [true, ...items.map(() => false)];
  for (const pattern of patterns) {
    const gap = isGap(pattern);
    const next = [gap && reached[0] === true];
    for (let n = 1; n <= items.length; n++) {
      const item = items[n - 1];
      const grown = reached[n - 1] === true && item !== undefined && fits(pattern, item);
      next.push(gap ? reached[n] === true || next[n - 1] === true : grown);
    }
    if (!next.includes(true)) return false;
    reached = next;
  }
  return reached[items.length] === true;
}

/** `*` stands for any characters of a name, also for none. */
export function nameFits(glob: string, name: string): boolean {
  if (!glob.includes('*')) return glob === name;
  return rowFits(
    glob.split(''),
    name.split(''),
    (char) => char === '*',
    (char, other) => char === other,
  );
}

/** `*` stands for any part of one segment, `**` for any number of whole segments, also for none. */
export function resourceFits(glob: string, resource: string): boolean {
  return rowFits(glob.split('/'), resource.split('/'), (segment) => segment === '**', nameFits);
}
