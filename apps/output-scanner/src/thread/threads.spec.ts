import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.js';
import { CLOCK_FACTOR, cpuBudgetMs, judgeTime, SCAN_BUDGET } from './scan-budget.js';

describe('results that wait for a thread', () => {
  it('take turns by pool, so that a flood of one holds up no other', () => {
    const lanes = new Lanes<string>(10);
    for (const item of ['a1', 'a2', 'a3']) lanes.push('a', item);
    lanes.push('b', 'b1');
    expect([lanes.shift(), lanes.shift(), lanes.shift(), lanes.shift(), lanes.shift()]).toEqual([
      'a1',
      'b1',
      'a2',
      'a3',
      undefined,
    ]);
  });

  it('are bounded by pool', () => {
    const lanes = new Lanes<number>(2);
    expect([lanes.push('a', 1), lanes.push('a', 2), lanes.push('a', 3), lanes.push('b', 1)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(lanes.size).toBe(3);
    expect(lanes.drain()).toEqual([1, 2, 1]);
    expect(lanes.size).toBe(0);
  });
});

describe('the time of a scan', () => {
  it('grows with the size of the result, from a least', () => {
    expect(cpuBudgetMs(10, SCAN_BUDGET)).toBe(SCAN_BUDGET.leastCpuMs);
    expect(cpuBudgetMs(1024 * 1024, SCAN_BUDGET)).toBe(SCAN_BUDGET.cpuMsPerMiB);
    expect(cpuBudgetMs(3 * 1024 * 1024, SCAN_BUDGET)).toBe(3 * SCAN_BUDGET.cpuMsPerMiB);
  });

  it('is the time on a CPU: one that waits for its turn is left alone', () => {
    expect(judgeTime(500, 2_000, 100)).toEqual({ over: false, againInMs: 400 });
    expect(judgeTime(500, 2_000, 500)).toEqual({ over: true });
  });

  it('is the time by the clock where no other is known', () => {
    expect(judgeTime(500, 499, undefined)).toMatchObject({ over: false });
    expect(judgeTime(500, 500, undefined)).toEqual({ over: true });
  });

  it('ends by the clock at last, for one that waits for ever', () => {
    expect(judgeTime(500, 500 * CLOCK_FACTOR, 0)).toEqual({ over: true });
  });
});
