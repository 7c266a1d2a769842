import { medians } from '../../measure/statistics.js';
import { markdown } from '../../report/markdown.js';
import { IN_FLIGHT, type AskResult } from '../bus/measure-asking.js';
import { BUS_RULES, type BusRound } from '../bus/run-bus.js';

const MOST_P50_MS = 0.6;
const LEAST_PER_SEC = 8_000;
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US');

/** The question over the bus beside a bare request-reply, medians of the rounds, and whether the aims are met. */
export function busTable(rounds: readonly BusRound[]): string {
  const of = (pick: (round: BusRound) => AskResult) => medians(rounds.map((round) => ({ ...pick(round) })));
  const ways = [
    ['bare request-reply', of(({ bare }) => bare)],
    ['`policy.check`', of(({ check }) => check)],
  ] as const;
  const check = ways[1][1];
  const isMet = (value: boolean) => (value ? 'met' : 'not met');
  const table = markdown([
    ['', 'one at a time: p50 / p99 ms', `${IN_FLIGHT} at a time: /s`, 'p50 / p99 ms'],
    ...ways.map(([name, { p50, p99, perSec, busyP50, busyP99 }]) => [
      name,
      `${short(p50!)} / ${short(p99!)}`,
      short(perSec!),
      `${short(busyP50!)} / ${short(busyP99!)}`,
    ]),
  ]);
  return `### Over the bus: ${BUS_RULES.toLocaleString('en-US')} rules, each with an expression; jobs of sixteen kinds

${table}

- one at a time, p50 ${MOST_P50_MS} ms or less: ${short(check['p50']!)} (${isMet(check['p50']! <= MOST_P50_MS)})
- ${IN_FLIGHT} at a time, ${LEAST_PER_SEC.toLocaleString('en-US')}/s or more: ${short(check['perSec']!)} (${isMet(check['perSec']! >= LEAST_PER_SEC)})
- beside the bare one: ${short(check['p50']! - ways[0][1]['p50']!)} ms more, ${short(check['perSec']! / ways[0][1]['perSec']!)} times the rate`;
}
