import { describe, expect, it } from 'vitest';
import { hexArray, textArray } from './array-parameter.js';

const header = (elementType: number, count: number) =>
  [1, 1, elementType, count, 1].map((word) => word.toString(16).padStart(8, '0')).join('');

describe('an array parameter', () => {
  it('holds texts in UTF-8, each with its length in bytes, and nulls without any', () =>
    expect(textArray(['a', null, '', 'ü\u{1F512}']).toString('hex')).toBe(
      `${header(25, 4)}0000000161ffffffff0000000000000006c3bcf09f9492`,
    ));

  it('holds bytes that are given in hex, and refuses what is not', () => {
    expect(hexArray(['00ff', 'abcd'], 2).toString('hex')).toBe(`${header(17, 2)}0000000200ff00000002abcd`);
    for (const wrong of ['00', '00gg', '00ff00', '']) expect(() => hexArray([wrong], 2)).toThrow(RangeError);
  });
});
