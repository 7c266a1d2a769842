import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './read-lines.js';

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_000): Promise<string[]> {
  const lines: string[] = [];
  // An empty chunk of a stream means nothing.
  async function* stream() {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  for await (const { bytes } of readLines(stream(), maxBytes)) lines.push(bytes.toString('utf8'));
  return lines;
}

describe('reading lines', () => {
  it('gives the same lines however the stream is cut', async () => {
    const word = fc.stringMatching(/^[a-zäß→]{0,5}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { maxLength: 8 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.join('\n'));
          const places = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
          expect(await linesOf(chunks)).toEqual(lines.filter((line) => line !== ''));
        },
      ),
    );
  });

  it('numbers lines, empty ones too, and tells where they end', async () => {
    const told: [number, number][] = [];
    async function* stream() {
      yield await Promise.resolve(Buffer.from('a\n\nbc\nd'));
    }
    for await (const { number, endsAt } of readLines(stream(), 10)) told.push([number, endsAt]);
    expect(told).toEqual([
      [1, 2],
      [3, 6],
      [4, 7],
    ]);
  });

  it('refuses a line without an end before it has it all', async () => {
    await expect(
      linesOf([Buffer.from('ok\n'), Buffer.alloc(8, 'x'), Buffer.alloc(8, 'x')], 10),
    ).rejects.toThrow('line 2 has more than 10 bytes');
  });
});
