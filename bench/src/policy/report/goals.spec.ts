import { describe, expect, it } from 'vitest';
import type { Summary } from '../measure/summary.js';
import { goalsOf } from './goals.js';

const summary = (engine: Summary['engine'], rules: number, perSec: number, p99 = 2): Summary => ({
  ...{
    engine,
    rules,
    kind: 'tags',
    mix: 'last',
    loadMs: 1,
    perSec,
    perCpuSec: perSec,
    perMedian: 1,
    p50: 1,
    p99,
    checked: 16,
  },
});
const unmet = (summaries: readonly Summary[]) =>
  goalsOf(summaries, 'perSec').flatMap(({ met, aim, measured }) => (met ? [] : [`${aim} (${measured})`]));

describe('the goals of the policy engine', () => {
  it('are met by a quick engine that leads at every size', () => {
    const quick = [summary('countersign', 10, 600_000), summary('countersign', 10_000, 310_000)];
    expect(unmet([...quick, summary('casl', 10, 110_000), summary('casbin', 10, 9_000)])).toEqual([]);
  });

  it('are not met by one that is slow, that slows down with rules, has a long tail, or leads by too little', () => {
    const slow = [summary('countersign', 10, 499_000), summary('countersign', 10_000, 200_000, 11)];
    expect(unmet([...slow, summary('casbin', 10, 9_000), summary('casl', 10, 100_000)])).toEqual([
      'decisions/s at 10 rules: 500,000 or more (499,000)',
      'p99 without expressions, µs: 10 or less (11)',
      'from the quickest size to the slowest, times: 2 or less (2.5)',
      'tags, 10 rules, last: 5 times the quickest other engine or more (4.99 times casl)',
    ]);
  });
});
