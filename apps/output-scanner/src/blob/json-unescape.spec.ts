import { describe, expect, it } from 'vitest';
import { JsonUnescape } from './json-unescape.js';

const TEXT = 'say "a\\"b" \\\\u0041 \\u0041\\uD83D\\uDE00 \\n\\\\n\\/ \u{1F600} end\\';
const SEEN = 'say "a"b" \\u0041 A\u{1F600} \n\\n/ \u{1F600} end\\';

const readIn = (pieces: readonly string[]): string => {
  const unescape = new JsonUnescape();
  return pieces.map((piece) => unescape.push(piece)).join('') + unescape.end();
};

describe('the escapes of JSON', () => {
  it('are read as a parser reads them', () => {
    const value = 'tab\t quote" back\\slash \u0001 \u{1F600}';
    expect(readIn([JSON.stringify(value)])).toBe(`"${value}"`);
  });

  it('are read the same wherever the text is cut', () => {
    for (let at = 0; at <= TEXT.length; at++)
      expect(readIn([TEXT.slice(0, at), TEXT.slice(at)]), `cut at ${at}`).toBe(SEEN);
    expect(readIn([...TEXT])).toBe(SEEN);
  });
});
