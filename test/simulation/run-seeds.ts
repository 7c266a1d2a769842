import { expect, it } from 'vitest';
import { describeFailure } from './report.js';
import { simulate, type Outcome } from './simulate.js';
import { takeOverProcess } from './world/determinism.js';
import { readSchemas } from './world/platform.js';
import { FAULTS } from './world/world.js';

/** Seeds of one run over both halves. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 400);
/** The first of them. */
const FIRST = Number(process.env['SIMULATION_FIRST'] ?? 1);
/** One seed, run alone. */
const ONE = process.env['SIMULATION_SEED'];
/** Failing seeds that are shrunk and told in full. */
const TOLD = 3;
/** Seeds from which on every state and every fault must have come up. */
const ENOUGH = 200;

/** Tests every second seed, so that two workers share them. */
export function testSeeds(half: 0 | 1): void {
  it(`holds in every order of ${SEEDS / 2} seeds (half ${half + 1} of 2)`, async () => {
    const schemas = await readSchemas();
    const giveBack = takeOverProcess();
    const failed: Outcome[] = [];
    const told: string[] = [];
    const seen = new Set<string>();
    let count = 0;
    let events = 0;
    try {
      for (const seed of seedsOf(half)) {
        const outcome = await simulate(seed, schemas);
        count++;
        events += outcome.events;
        for (const one of [...outcome.states, ...outcome.faults.map(({ kind }) => kind)]) seen.add(one);
        if (outcome.violation === undefined) continue;
        failed.push(outcome);
        if (told.length < TOLD) told.push(await describeFailure(outcome, schemas));
      }
    } finally {
      giveBack();
    }
    process.stdout.write(`simulation: ${count} seeds, ${events} events, ${failed.length} violations\n`);
    expect(
      failed.map(({ seed }) => seed),
      told.join('\n\n'),
    ).toEqual([]);
    // A simulation in which nothing happens would hold as well.
    if (count >= ENOUGH) expect([...seen]).toEqual(expect.arrayContaining([...ENDS, ...Object.keys(FAULTS)]));
  });
}

const ENDS = ['COMPLETED', 'DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'FAILED', 'TIMED_OUT', 'WITHHELD'];

function seedsOf(half: 0 | 1): number[] {
  if (ONE !== undefined) return Number(ONE) % 2 === half ? [Number(ONE)] : [];
  return Array.from({ length: SEEDS }, (_, i) => FIRST + i).filter((seed) => seed % 2 === half);
}
