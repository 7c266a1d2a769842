import { describe, expect, it } from 'vitest';
import type { BundleProblem } from '../bundle/bundle.js';
import { Staleness } from './staleness.js';

const problem = (code: string): BundleProblem => ({ file: 'a.yaml', line: 3, column: 1, code, message: 'm' });

function aStaleness() {
  let ms = 0;
  return new Staleness(() => new Date((ms += 1_000)));
}

describe('staleness (P16)', () => {
  it('is told once for each content', () => {
    const staleness = aStaleness();
    const told = ['a', 'a', 'b', 'a'].map((content) => staleness.begin(content, [problem(content)]));
    expect(told).toEqual([true, false, true, false]);
  });

  it('begins with the first problem and shows the last', () => {
    const staleness = aStaleness();
    staleness.begin('a', [problem('first')]);
    staleness.begin('b', [problem('second'), problem('third')]);
    expect(staleness.state).toMatchObject({
      stale_since: '1970-01-01T00:00:01.000Z',
      problem: { code: 'second', line: 3, more: 1 },
    });
  });

  it('ends, and begins anew', () => {
    const staleness = aStaleness();
    staleness.begin('a', [problem('first')]);
    staleness.end();
    expect(staleness.state).toEqual({ stale_since: null, problem: null });
    staleness.begin('a', [problem('first')]);
    expect(staleness.state.stale_since).toBe('1970-01-01T00:00:02.000Z');
  });

  it('is told again when nobody could be told', () => {
    const staleness = aStaleness();
    staleness.begin('a', [problem('first')]);
    staleness.tellAgain('a');
    expect(staleness.begin('a', [problem('first')])).toBe(true);
  });
});
