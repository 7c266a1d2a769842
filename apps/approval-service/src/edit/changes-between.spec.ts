import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from '@countersign/kernel';
import { changesBetween, MAX_CHANGES } from './changes-between.js';

describe('changesBetween (H8)', () => {
  it('names each value that was changed, added or taken away', () => {
    expect(
      changesBetween({ amount: 900, to: 'a', 'x/y': [1, 2] }, { amount: 90, cc: 'b', 'x/y': [1, 3] }),
    ).toEqual([
      { pointer: '/amount', before: 900, after: 90 },
      { pointer: '/to', before: 'a' },
      { pointer: '/x~1y/1', before: 2, after: 3 },
      { pointer: '/cc', after: 'b' },
    ]);
  });

  it('takes a list for no object', () => {
    expect(changesBetween({ a: [1] }, { a: { 0: 1 } })).toEqual([
      { pointer: '/a', before: [1], after: { 0: 1 } },
    ]);
  });

  it('ends somewhere', () => {
    const many = Object.fromEntries(Array.from({ length: 2 * MAX_CHANGES }, (_, i) => [`m${i}`, i]));
    expect(changesBetween({}, many)).toHaveLength(MAX_CHANGES);
  });

  it('finds nothing exactly where nothing differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [before, after] = [one as JsonValue, other as JsonValue];
        const isSame = canonicalJson(before) === canonicalJson(after);
        expect(changesBetween(before, after).length === 0).toBe(isSame);
      }),
    );
  });
});
