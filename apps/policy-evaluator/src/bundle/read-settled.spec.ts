import { describe, expect, it } from 'vitest';
import type { BundleReading } from './bundle.js';
import { readSettled } from './read-settled.js';

const reading = (content: string): BundleReading => ({ ok: true, bundle: { sources: [], content } });

/** Reads what stands there at each time; the last of it stays. */
async function readThrough(...contents: readonly string[]) {
  let at = 0;
  const read = () => Promise.resolve(reading(contents[Math.min(at++, contents.length - 1)] ?? ''));
  const settled = await readSettled([], read, () => Promise.resolve());
  return { content: settled?.ok === true ? settled.bundle.content : undefined, readings: at };
}

describe('a bundle that is being written (P18)', () => {
  it.each([
    ['whole', ['whole']],
    ['whole', ['half', 'whole']],
    ['whole', ['', 'half', 'more', 'whole']],
    ['whole', ['old', 'half', 'whole', 'whole']],
  ])('is taken as %s when it comes as %j', async (content, contents) => {
    expect(await readThrough(...contents)).toMatchObject({ content });
  });

  it('is never taken from one reading', async () => {
    expect(await readThrough('whole')).toEqual({ content: 'whole', readings: 2 });
  });

  it('is left for later when it never rests', async () => {
    const contents = Array.from({ length: 100 }, (_, n) => String(n));
    expect((await readThrough(...contents)).content).toBeUndefined();
  });
});
