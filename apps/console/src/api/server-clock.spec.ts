import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, narrowed } from './server-clock.js';

const SECOND = Date.parse('2026-11-25T12:00:00Z');
const DATE = new Date(SECOND).toUTCString();

describe('the server’s clock', () => {
  it('is known to within the way there and back and one second', () => {
    expect(boundsOf(DATE, SECOND - 5_000, SECOND - 4_990)).toEqual({ least: 4_990, most: 6_000 });
  });

  it('is not known from what is no date', () => {
    expect(boundsOf('yesterday', 0, 1)).toBeUndefined();
  });

  it('is known better by two answers than by one', () => {
    expect(narrowed({ least: 0, most: 1000 }, { least: 600, most: 1600 })).toEqual({
      least: 600,
      most: 1000,
    });
  });

  it('is learned anew when two answers contradict', () => {
    expect(narrowed({ least: 0, most: 10 }, { least: 50, most: 60 })).toEqual({ least: 50, most: 60 });
  });

  it('is always within the bounds, whatever its offset and the delays', () => {
    const answer = fc.record({ at: fc.nat(1e9), out: fc.nat(3000), back: fc.nat(3000) });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.array(answer, { minLength: 1 }),
        (offset, answers) => {
          const told = answers.map(({ at, out, back }) => {
            const written = SECOND + at + out + offset;
            return boundsOf(new Date(written).toUTCString(), SECOND + at, SECOND + at + out + back);
          });
          const known = told.filter((bounds) => bounds !== undefined).reduce(narrowed);
          expect(known.least).toBeLessThanOrEqual(offset);
          expect(known.most).toBeGreaterThanOrEqual(offset);
        },
      ),
    );
  });
});
