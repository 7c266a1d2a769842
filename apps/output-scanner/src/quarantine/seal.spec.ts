import { describe, expect, it } from 'vitest';
import { seal, unseal, type SealedFor } from './seal.js';

const key = Buffer.alloc(32, 7);
const ids = (over: Partial<SealedFor> = {}): SealedFor => ({
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  attempt: 1,
  lease_id: 'lease',
  epoch: 7,
  scanned: 'sha256:00',
  ...over,
});

describe('seal', () => {
  it('opens to the same text', () => {
    expect(unseal(seal('größer 😀', key, ids()), key, ids())).toBe('größer 😀');
  });

  it('shows nothing of the text, and never seals twice alike', () => {
    const sealed = seal('a very secret output', key, ids());
    expect(sealed.includes('secret')).toBe(false);
    expect(sealed.equals(seal('a very secret output', key, ids()))).toBe(false);
  });

  it('does not open with any single bit flipped', () => {
    const sealed = seal('text', key, ids());
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(altered, key, ids())).toThrow('does not open');
    }
  });

  it.each<Partial<SealedFor>>([
    { job_id: 'other' },
    { attempt: 2 },
    { lease_id: 'other' },
    { epoch: 8 },
    { scanned: 'sha256:01' },
  ])('does not open for %j', (over) => {
    expect(() => unseal(seal('text', key, ids()), key, ids(over))).toThrow('does not open');
  });

  it('does not open with another key, nor when cut short', () => {
    const sealed = seal('text', key, ids());
    expect(() => unseal(sealed, Buffer.alloc(32, 8), ids())).toThrow('does not open');
    expect(() => unseal(sealed.subarray(0, 10), key, ids())).toThrow('does not open');
  });
});
