import { describe, expect, it } from 'vitest';
import { UploadSlots } from './upload-slots.js';

describe('the room for uploads (O5)', () => {
  it('is never all of one tenant, and comes back', () => {
    const slots = new UploadSlots(4);
    expect([1, 2, 3].map(() => slots.take('acme'))).toEqual([true, true, false]);
    expect(slots.take('other')).toBe(true);
    slots.giveBack('acme');
    expect(slots.take('acme')).toBe(true);
  });

  it('ends for everybody at its limit', () => {
    const slots = new UploadSlots(2);
    expect(['a', 'b', 'c'].map((tenant) => slots.take(tenant))).toEqual([true, true, false]);
    slots.giveBack('a');
    expect(slots.take('c')).toBe(true);
  });
});
