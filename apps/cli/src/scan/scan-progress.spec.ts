import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

/** Characters drawn on a terminal, under a clock that goes on by a second whenever it is asked. */
async function drawnFor(bytes: number): Promise<number> {
  folder.write({ 'input.txt': 'x '.repeat(bytes / 2) });
  // The bar asks its stream whether it is a terminal.
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let seconds = 0;
  await folder.run(['scan', 'input.txt'], { terminal, now: () => new Date(++seconds * 1000) });
  return terminal.readableLength;
}

describe('progress of a scan', () => {
  it('is drawn on the terminal for an input of more than 4 MB', async () => {
    expect(await drawnFor(5_000_000)).toBeGreaterThan(0);
  });

  it('is not drawn for a short input', async () => {
    expect(await drawnFor(10_000)).toBe(0);
  });
});
