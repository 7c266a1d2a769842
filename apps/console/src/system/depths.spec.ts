import { describe, expect, it } from 'vitest';
import { depthOf } from './depths.js';

describe('the depth of a queue', () => {
  it('is the sum of its parts, as old as the oldest of them', () => {
    const parts = [
      { count: 3, at: '2026-11-25T12:00:01Z' },
      { count: 2, at: '2026-11-25T12:00:00Z' },
    ];
    expect(depthOf(parts, true)).toEqual({ count: 5, isWhole: true, oldestAt: '2026-11-25T12:00:00Z' });
  });

  it('is nothing, and has no age, where nothing waits', () => {
    expect(depthOf([], true)).toEqual({ count: 0, isWhole: true, oldestAt: undefined });
  });
});
