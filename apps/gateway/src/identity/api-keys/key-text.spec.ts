import { describe, expect, it } from 'vitest';
import { digestOf, keyIdOf, makeKey } from './key-text.js';

describe('an API key', () => {
  it('is recognised by its beginning and one word for whoever selects it', () => {
    expect(makeKey().text).toMatch(/^cs_[0-9A-Za-z]{14}_[0-9A-Za-z]{49}$/);
  });

  it('names the id that it is stored under, and is another one each time', () => {
    const keys = Array.from({ length: 200 }, makeKey);
    for (const { text, keyId } of keys) expect(keyIdOf(text)).toBe(keyId);
    expect(new Set(keys.map(({ text }) => text)).size).toBe(keys.length);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(keys.length);
  });

  it('is stored as a digest in which nothing of it stands', () => {
    const { text, digest } = makeKey();
    expect(digest).toEqual(digestOf(text));
    expect(digest).toHaveLength(32);
    expect(digest.toString('latin1')).not.toContain(text.slice(18, 30));
  });

  it('shows that it was mistyped, wherever', () => {
    const { text } = makeKey();
    for (let at = 3; at < text.length; at++) {
      const wrong = text[at] === 'x' ? 'y' : 'x';
      expect(keyIdOf(text.slice(0, at) + wrong + text.slice(at + 1)), `at ${at}`).toBeUndefined();
    }
  });

  it.each(['', 'cs_', 'cs_a_b', makeKey().text.slice(0, -1), `${makeKey().text}x`, ` ${makeKey().text}`])(
    'is not %j',
    (text) => expect(keyIdOf(text)).toBeUndefined(),
  );
});
