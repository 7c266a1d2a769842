import { describe, expect, it } from 'vitest';
import { costOf, cpuCostOf, medianOf, medianPair, type Pair } from './cost.js';

const pair = (speedWith: number, speedWithout: number, cpuWith = 100, cpuWithout = 100): Pair => ({
  with: { jobsPerSec: speedWith, cpuTotal: cpuWith },
  without: { jobsPerSec: speedWithout, cpuTotal: cpuWithout },
});

describe('the cost of a part of the road', () => {
  it('is the share of the speed that is gone with it', () => {
    expect(costOf(pair(600, 800))).toBe(0.25);
  });

  it('is below zero when the road was faster with it', () => {
    expect(costOf(pair(800, 640))).toBe(-0.25);
  });

  it('is as large by CPU time, where the cores are the limit', () => {
    expect(cpuCostOf(pair(600, 800, 4_000, 3_000))).toBe(costOf(pair(600, 800)));
  });

  it('is the median of the costs of the rounds, and not the cost of the medians', () => {
    const rounds = [pair(100, 200), pair(300, 400), pair(360, 400)];
    expect(medianOf(rounds, costOf)).toBe(0.25);
    expect(costOf(medianPair(rounds))).toBe(0.25);
    expect(medianOf([pair(100, 200), pair(400, 400)], costOf)).toBe(0.25);
  });

  it('is shown beside the medians of both sides', () => {
    expect(medianPair([pair(1, 4, 10, 40), pair(2, 5, 20, 50), pair(9, 6, 30, 60)])).toEqual(
      pair(2, 5, 20, 50),
    );
  });
});
