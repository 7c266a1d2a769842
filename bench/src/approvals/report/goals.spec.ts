import { describe, expect, it } from 'vitest';
import type { ApproveResult } from '../measure/measure-approve.js';
import { goalsOf } from './goals.js';

const approve = (p50: number, p99: number): ApproveResult => ({
  p50,
  p99,
  answeredP50: 1,
  answeredP99: 2,
  counted: 100,
});
const list = (name: string, p99: number) => ({ name, p50: 1, p99, requests: 10, items: 50 });

describe('the aims of the approvals bench', () => {
  it('are judged by the medians of the rounds', () => {
    const goals = goalsOf([
      { round: 1, approve: approve(9, 30) },
      { round: 2, approve: approve(10, 41) },
      { round: 3, approve: approve(50, 90) },
    ]);
    expect(goals.map(({ measured, met }) => [measured, met])).toEqual([
      [10, true],
      [41, false],
    ]);
  });

  it('are of the slowest list, and of the page', () => {
    const goals = goalsOf([
      { round: 1, lists: [list('a', 20), list('b', 120)], page: { loads: [900], median: 900 } },
      { round: 2, lists: [list('a', 30), list('b', 100)], page: { loads: [1200], median: 1200 } },
    ]);
    expect(goals.map(({ measured, met }) => [measured, met])).toEqual([
      [110, false],
      [1050, false],
    ]);
  });

  it('are none of what was left out', () => expect(goalsOf([{ round: 1 }])).toEqual([]));
});
