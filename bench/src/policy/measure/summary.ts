import { median, medians } from '../../measure/statistics.js';
import { MIXES, type Mix } from '../data/jobs.js';
import type { Cell } from './cell.js';
import type { CellRun } from './run-cell.js';

/** The medians over all rounds of one engine with one set of rules and one mix of jobs. */
export interface Summary extends Cell {
  readonly mix: Mix;
  readonly loadMs: number;
  readonly perSec: number;
  readonly perCpuSec: number;
  /** Calls of the median's length in a second: what others do on the machine hardly shows in it. */
  readonly perMedian: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers compared with the expected ones, the fewest of all rounds. */
  readonly checked: number;
}

/** One summary for each engine, set of rules and mix that at least one process lived to measure. */
export function summarise(runs: readonly CellRun[]): readonly Summary[] {
  const cells = new Map(runs.map((run) => [keyOf(run), run]));
  return [...cells].flatMap(([key, { engine, rules, kind }]) =>
    MIXES.flatMap((mix) => {
      const results = runs.filter((run) => keyOf(run) === key).flatMap(({ result }) => result ?? []);
      const mixes = results.flatMap((result) => result.mixes.filter((one) => one.mix === mix));
      if (mixes.length === 0) return [];
      const { perSec, perCpuSec, p50, p99 } = medians(
        mixes.map((one) => ({
          perSec: one.perSec,
          perCpuSec: one.perCpuSec,
          p50: one.p50,
          p99: one.p99,
        })),
      ) as Pick<Summary, 'perSec' | 'perCpuSec' | 'p50' | 'p99'>;
      return {
        ...{ engine, rules, kind, mix, perSec, perCpuSec, perMedian: 1e6 / p50, p50, p99 },
        loadMs: median(results.map((result) => result.loadMs)),
        checked: Math.min(...mixes.map((one) => one.checked)),
      };
    }),
  );
}

const keyOf = ({ engine, rules, kind }: Cell) => `${engine} ${rules} ${kind}`;
