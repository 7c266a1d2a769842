import { parseArgs } from 'node:util';
import type { BusPlan } from './bus/measure-asking.js';
import { RULE_KINDS, type RuleKind } from './data/rules.js';
import { ENGINES, type EngineName } from './engines/engine.js';
import type { Windows } from './measure/cell.js';

const SIZES = '10,100,1000,10000';

/** What the benchmark of the policy is asked to do. */
export interface PolicyOptions {
  readonly rounds: number;
  readonly sizes: readonly number[];
  readonly kinds: readonly RuleKind[];
  readonly engines: readonly EngineName[];
  readonly windows: Windows;
  /** Absent when the bus is left out. */
  readonly bus?: BusPlan;
}

export const POLICY_USAGE = `usage: bench policy [--quick] [--rounds 3] [--sizes ${SIZES}] [--no-bus]
             [--kinds ${RULE_KINDS.join(',')}] [--engines ${ENGINES.join(',')}]
--quick: one round, short windows. --engines= (none): the bus alone.`;

const USUAL: Windows = { warmUp: 300, measured: 1_000, checked: 2_000, leastDecisions: 50 };
const QUICK: Windows = { warmUp: 100, measured: 200, checked: 300, leastDecisions: 5 };

/** Reads the command line. Throws TypeError or RangeError with what is wrong. */
export function readPolicyOptions(args: readonly string[]): PolicyOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      bus: { type: 'boolean', default: true },
      rounds: { type: 'string' },
      sizes: { type: 'string', default: SIZES },
      kinds: { type: 'string', default: RULE_KINDS.join(',') },
      engines: { type: 'string', default: ENGINES.join(',') },
    },
  });
  const { quick } = values;
  return {
    rounds: whole('rounds', values.rounds ?? (quick ? '1' : '3')),
    sizes: values.sizes.split(',').map((size) => whole('sizes', size)),
    kinds: namesIn('kinds', values.kinds, RULE_KINDS),
    engines: values.engines === '' ? [] : namesIn('engines', values.engines, ENGINES),
    windows: quick ? QUICK : USUAL,
    ...(values.bus && {
      bus: quick ? { single: 500, many: 4_000, warmUp: 300 } : { single: 5_000, many: 40_000, warmUp: 2_000 },
    }),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name}: ${text} is no positive whole number`);
  return value;
}

function namesIn<T extends string>(name: string, text: string, known: readonly T[]): readonly T[] {
  return text.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found === undefined) throw new RangeError(`--${name}: ${word} is none of ${known.join(', ')}`);
    return found;
  });
}
