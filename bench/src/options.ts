import { parseArgs } from 'node:util';
import type { LoadPlan } from './measure/load-plan.js';
import { USUAL_VARIANTS, VARIANTS, type Variant } from './rig.js';

/** What the benchmark is asked to do. */
export interface Options {
  readonly rounds: number;
  readonly variants: readonly Variant[];
  readonly plan: LoadPlan;
  readonly profile: boolean;
}

export const USAGE = `usage: bench [--quick] [--rounds 3] [--variants ${USUAL_VARIANTS.join(',')}] [--jobs 10000]
             [--warm-up 3000] [--window 2000] [--rates 100,200] [--seconds 10] [--profile]
--quick: one round, 3,000 jobs after 1,000, 4 s at each rate. --profile: writes CPU profiles beside the results.
Variants: ${VARIANTS.join(', ')}.`;

/** Reads the command line. Throws TypeError or RangeError with what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      variants: { type: 'string', default: USUAL_VARIANTS.join(',') },
      jobs: { type: 'string' },
      'warm-up': { type: 'string' },
      window: { type: 'string', default: '2000' },
      rates: { type: 'string', default: '100,200' },
      seconds: { type: 'string' },
    },
  });
  const { quick } = values;
  const number = (name: string, text: string | undefined, usual: number) => {
    const value = text === undefined ? usual : Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`--${name} is no positive whole number`);
    return value;
  };
  const variants = values.variants.split(',').map((name) => {
    const known = VARIANTS.find((variant) => variant === name);
    if (!known) throw new RangeError(`--variants: ${name} is none of ${VARIANTS.join(', ')}`);
    return known;
  });
  return {
    rounds: number('rounds', values.rounds, quick ? 1 : 3),
    variants,
    profile: values.profile,
    plan: {
      warmUp: number('warm-up', values['warm-up'], quick ? 1_000 : 3_000),
      measured: number('jobs', values.jobs, quick ? 3_000 : 10_000),
      window: number('window', values.window, 2_000),
      rates: values.rates === '' ? [] : values.rates.split(',').map((rate) => number('rates', rate, 100)),
      seconds: number('seconds', values.seconds, quick ? 4 : 10),
    },
  };
}
