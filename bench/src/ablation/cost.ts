import { median } from '../measure/statistics.js';

/** Speed and CPU of one run at saturation. */
export interface Measured {
  readonly jobsPerSec: number;
  /** Microseconds of CPU per job, of all processes. */
  readonly cpuTotal: number;
}

/** One run with and one run without, of the same round. */
export interface Pair {
  readonly with: Measured;
  readonly without: Measured;
}

/** The share of the road's speed that goes into what one run has and the other has not; negative when it is faster. */
export const costOf = (pair: Pair): number => 1 - pair.with.jobsPerSec / pair.without.jobsPerSec;

/**
 * The same by CPU time per job. On a machine whose cores are the limit both say the same, but this one holds still when
 * other programs take turns.
 */
export const cpuCostOf = (pair: Pair): number => 1 - pair.without.cpuTotal / pair.with.cpuTotal;

/** The median of the rounds' own costs: both runs of a round met much the same machine. */
export const medianOf = (pairs: readonly Pair[], cost: (pair: Pair) => number): number =>
  median(pairs.map(cost));

/** The medians of what was measured, side by side. */
export function medianPair(pairs: readonly Pair[]): Pair {
  const side = (pick: keyof Pair): Measured => ({
    jobsPerSec: median(pairs.map((pair) => pair[pick].jobsPerSec)),
    cpuTotal: median(pairs.map((pair) => pair[pick].cpuTotal)),
  });
  return { with: side('with'), without: side('without') };
}
