import { describe, expect, it } from 'vitest';
import type { CellRun } from './run-cell.js';
import { summarise } from './summary.js';

const run = (round: number, perSec: number, crashes: readonly string[] = []): CellRun => ({
  ...{ engine: 'cedar', rules: 10, kind: 'tags', round, crashes, flags: [] },
  result: {
    loadMs: round,
    clockUs: 0,
    mixes: [
      {
        ...{ mix: 'last', checked: 20 - round, decisions: 1, perSec, perCpuSec: perSec, p50: 1, p99: 2 },
        samples: 1,
      },
    ],
  },
});

describe('the summary of several rounds', () => {
  it('has the median of each number, and the fewest answers that were checked', () => {
    expect(summarise([run(1, 100), run(2, 500), run(3, 200)])).toEqual([
      expect.objectContaining({ perSec: 200, loadMs: 2, checked: 17, mix: 'last' }),
    ]);
  });

  it('leaves out rounds whose processes crashed every time', () => {
    const { result: _lost, ...crashed } = run(2, 500, ['SIGTRAP', 'SIGTRAP', 'SIGTRAP']);
    expect(summarise([run(1, 100), crashed])).toEqual([expect.objectContaining({ perSec: 100 })]);
    expect(summarise([crashed])).toEqual([]);
  });
});
