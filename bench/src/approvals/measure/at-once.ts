/** Does `work` for each number below `count`, so many at a time. Gives the results in order. */
export async function atOnce<T>(
  count: number,
  open: number,
  work: (n: number) => Promise<T>,
): Promise<readonly T[]> {
  const results = new Array<T>(count);
  let next = 0;
  const one = async () => {
    while (next < count) {
      const n = next++;
      results[n] = await work(n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(open, count) }, one));
  return results;
}
