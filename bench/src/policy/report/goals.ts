import { MIXES } from '../data/jobs.js';
import type { Summary } from '../measure/summary.js';

/** One aim of the engine, and what was measured. */
export interface Goal {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

const OURS = 'countersign';
const FEW_RULES = 10;
const LEAST_PER_SEC = 500_000;
const MOST_P99_US = 10;
const MOST_SPREAD = 2;
const LEAST_LEAD = 5;

/** A rate by the clock on the wall, by CPU time or by the median call; with other work on the machine the last holds still. */
export const RATES = { perSec: 'clock', perCpuSec: 'CPU time', perMedian: 'the median call' } as const;
export type Rate = keyof typeof RATES;

/** What the engine is to reach with rules by names and tags, and by how much it is to lead with any rules. */
export function goalsOf(summaries: readonly Summary[], rate: Rate): readonly Goal[] {
  const ours = summaries.filter(({ engine }) => engine === OURS);
  const tags = ours.filter(({ kind }) => kind === 'tags');
  const few = tags.filter(({ rules }) => rules === FEW_RULES).map((one) => one[rate]);
  return [
    ...atLeast('decisions/s at 10 rules', LEAST_PER_SEC, few),
    ...atMost(
      'p99 without expressions, µs',
      MOST_P99_US,
      tags.map(({ p99 }) => p99),
    ),
    ...atMost(
      'from the quickest size to the slowest, times',
      MOST_SPREAD,
      MIXES.flatMap((mix) => spreadOf(tags, mix, rate)),
    ),
    ...leadOf(ours, summaries, rate),
  ];
}

const told = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US');

function atLeast(name: string, aim: number, values: readonly number[]): Goal[] {
  const least = Math.min(...values);
  return values.length === 0
    ? []
    : [{ aim: `${name}: ${told(aim)} or more`, measured: told(least), met: least >= aim }];
}

function atMost(name: string, aim: number, values: readonly number[]): Goal[] {
  const most = Math.max(...values);
  return values.length === 0
    ? []
    : [{ aim: `${name}: ${told(aim)} or less`, measured: told(most), met: most <= aim }];
}

function spreadOf(summaries: readonly Summary[], mix: Summary['mix'], rate: Rate): number[] {
  const rates = summaries.filter((one) => one.mix === mix).map((one) => one[rate]);
  return rates.length < 2 ? [] : [Math.max(...rates) / Math.min(...rates)];
}

/** Against the quickest other engine with the same rules and jobs, for each of them. */
function leadOf(ours: readonly Summary[], all: readonly Summary[], rate: Rate): Goal[] {
  return ours.flatMap((own) => {
    const others = all.filter(
      ({ engine, rules, kind, mix }) =>
        engine !== OURS && rules === own.rules && kind === own.kind && mix === own.mix,
    );
    const [first] = others.sort((a, b) => b[rate] - a[rate]);
    if (!first) return [];
    const lead = own[rate] / first[rate];
    const aim = `${own.kind}, ${told(own.rules)} rules, ${own.mix}: ${LEAST_LEAD} times the quickest other engine or more`;
    return [{ aim, measured: `${told(lead)} times ${first.engine}`, met: lead >= LEAST_LEAD }];
  });
}
