import { percentile } from '../../measure/statistics.js';

const READINGS = 100_000;

/** Nanoseconds between two readings of the clock with nothing between them: the middle of many, after as many for warmth. */
export function clockCost(): number {
  const taken = new Float64Array(READINGS);
  for (let round = 0; round < 2; round++)
    for (let at = 0; at < READINGS; at++) {
      const began = process.hrtime.bigint();
      taken[at] = Number(process.hrtime.bigint() - began);
    }
  return percentile([...taken], 0.5);
}
