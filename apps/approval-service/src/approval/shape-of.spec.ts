import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOf } from './shape-of.js';

describe('shapeOf', () => {
  it('is the same whatever the values are', () => {
    expect(shapeOf({ to: 'a@x', n: 1 })).toBe(shapeOf({ n: 2, to: 'b@y' }));
    expect(shapeOf({ list: [1, 2] })).toBe(shapeOf({ list: [3] }));
  });

  it.each([
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, { a: {} }],
    [{ a: [1] }, { a: [1, 'x'] }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: ['number'] }, { a: 'x' }],
  ])('tells %j from %j', (one, other) => expect(shapeOf(one)).not.toBe(shapeOf(other)));

  it('exists for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => /^[0-9a-f]{16}$/.test(shapeOf(value as never))));
  });
});
