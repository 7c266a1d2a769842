import { simulate, type Options, type Outcome } from './simulate.js';
import type { Schemas } from './world/platform.js';

/** A violation with the least that brings it about. */
export interface Shrunk {
  readonly outcome: Outcome;
  /** Numbers of the faults that are not needed. */
  readonly without: ReadonlySet<number>;
}

/**
 * Takes faults away one by one, as long as the same seed still fails. Runs that a missing fault has changed may fail in
 * another way: that counts, too.
 */
export async function shrink(outcome: Outcome, schemas: Schemas, options: Options = {}): Promise<Shrunk> {
  let smallest = outcome;
  let without: ReadonlySet<number> = new Set();
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const { number } of smallest.faults) {
      const fewer = new Set([...without, number]);
      const tried = await simulate(outcome.seed, schemas, { ...options, without: fewer });
      if (tried.violation === undefined || tried.faults.length >= smallest.faults.length) continue;
      smallest = tried;
      without = fewer;
      isSmaller = true;
      break;
    }
  }
  return { outcome: await simulate(outcome.seed, schemas, { ...options, without, traced: true }), without };
}

/** What is printed about a seed that failed: what was violated, the faults that it takes, and how it came to it. */
export async function describeFailure(
  outcome: Outcome,
  schemas: Schemas,
  options: Options = {},
): Promise<string> {
  const shrunk = await shrink(outcome, schemas, options);
  return [
    `seed ${outcome.seed} after ${outcome.events} events: ${outcome.violation ?? 'nothing'}`,
    `shrunk to ${shrunk.outcome.faults.length} of ${outcome.faults.length} faults: ${shrunk.outcome.violation ?? 'nothing'}`,
    ...shrunk.outcome.trace,
    `again: SIMULATION_SEED=${outcome.seed} npm run test:simulation`,
  ].join('\n');
}
