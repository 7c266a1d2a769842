import { medians } from '../../measure/statistics.js';
import { markdown } from '../../report/markdown.js';
import type { ApproveResult } from '../measure/measure-approve.js';
import type { ApprovalsOptions } from '../options.js';
import { goalsOf, type ApprovalsRound } from './goals.js';

const short = (value: number | undefined) =>
  value === undefined ? '–' : Number(value.toPrecision(3)).toLocaleString('en-US');

/** What was measured, as Markdown: medians of the rounds, and whether the aims are met. */
export function approvalsTables(rounds: readonly ApprovalsRound[], options: ApprovalsOptions): string {
  const goals = goalsOf(rounds).map(
    ({ aim, measured, met }) => `- ${aim}: ${short(measured)} (${met ? 'met' : 'not met'})`,
  );
  return [
    approveTable(rounds, options),
    listTable(rounds, options),
    pageTable(rounds, options),
    goals.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function approveTable(rounds: readonly ApprovalsRound[], { perSecond, approvals }: ApprovalsOptions): string {
  const of = (results: readonly ApproveResult[]) =>
    medians(results.map(({ cpuUs: _, counted: __, stages: ___, ...times }) => times));
  const ways = [
    ['floor', of(rounds.flatMap(({ floor }) => floor ?? []))],
    ['governed', of(rounds.flatMap(({ approve }) => approve ?? []))],
  ] as const;
  if (Object.keys(ways[1][1]).length === 0) return '';
  const rows = ways.map(([name, { p50, p99, answeredP50, answeredP99 }]) => [
    name,
    `${short(p50)} / ${short(p99)}`,
    `${short(answeredP50)} / ${short(answeredP99)}`,
  ]);
  const [floor, governed] = [ways[0][1], ways[1][1]];
  return `### Approve over HTTP until the worker holds the lease: ${perSecond} a second, ${approvals} a round

${markdown([['', 'lease held: p50 / p99 ms', 'answered: p50 / p99 ms'], ...rows])}

Beside the floor: ${short(governed['p50']! / floor['p50']!)} times at p50, ${short(governed['p99']! / floor['p99']!)} times at p99. ${cpuLine(rounds)}`;
}

/** CPU time hardly depends on what else the machine does. */
function cpuLine(rounds: readonly ApprovalsRound[]): string {
  const spent = medians(rounds.flatMap(({ approve }) => (approve?.cpuUs ? [approve.cpuUs] : [])));
  const parts = Object.entries(spent).map(([name, us]) => `${name} ${short(us)}`);
  const stages = medians(rounds.flatMap(({ approve }) => (approve?.stages ? [approve.stages] : [])));
  const way = Object.entries(stages).map(([name, ms]) => `${name} ${short(ms)}`);
  return `Medians of the way, ms: ${way.join(', ')}. CPU time for an approval and its run, µs: ${parts.join(', ')}.`;
}

function listTable(rounds: readonly ApprovalsRound[], { waiting, requests }: ApprovalsOptions): string {
  const lists = rounds.flatMap((round) => round.lists ?? []);
  const names = [...new Set(lists.map(({ name }) => name))];
  if (names.length === 0) return '';
  const rows = names.map((name) => {
    const of = lists.filter((list) => list.name === name);
    const { p50, p99, items } = medians(of.map((one) => ({ p50: one.p50, p99: one.p99, items: one.items })));
    return [name, short(items), `${short(p50)} / ${short(p99)}`];
  });
  return `### GET /api/v1/approvals with ${waiting.toLocaleString('en-US')} waiting: ${requests} requests of each kind a round

${markdown([['', 'items', 'p50 / p99 ms'], ...rows])}`;
}

function pageTable(rounds: readonly ApprovalsRound[], { shown }: ApprovalsOptions): string {
  const pages = rounds.flatMap(({ page }) => page ?? []);
  if (pages.length === 0) return '';
  const rows = pages.map(({ loads, median }, i) => [
    String(i + 1),
    loads.map((load) => short(Math.round(load))).join(', '),
    short(Math.round(median)),
  ]);
  return `### The queue in Chromium with ${shown.toLocaleString('en-US')} waiting, nothing cached

${markdown([['round', 'loads, ms', 'median ms'], ...rows])}`;
}
