/** The known word that a reader most likely meant: the same in another case, or at most two slips away. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const given = word.toLowerCase();
  // A short word is near to everything, so it may have fewer slips.
  let least = Math.min(2, Math.max(1, Math.floor(given.length / 3))) + 1;
  let best: string | undefined;
  for (const candidate of known) {
    const slips = distance(given, candidate.toLowerCase(), least);
    if (slips < least) [best, least] = [candidate, slips];
  }
  return best;
}

/** `; did you mean X?`, or nothing if no known word is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = suggest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words; `limit` if there are as many or more. */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      next.push(
        Math.min(
          (last[column] ?? limit) + 1,
          (next[column - 1] ?? limit) + 1,
          (last[column - 1] ?? limit) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? limit) + 1 : limit,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return Math.min(last[right.length] ?? limit, limit);
}
