import { markdown } from '../../report/markdown.js';
import type { Mix } from '../data/jobs.js';
import type { RuleKind } from '../data/rules.js';
import type { CellRun } from '../measure/run-cell.js';
import type { Summary } from '../measure/summary.js';
import { goalsOf, RATES, type Rate } from './goals.js';

const TITLES: Readonly<Record<RuleKind, string>> = {
  tags: 'Rules by topic, tags, tenant and label',
  expressions: 'The same rules, each with an expression on the parameters',
};
const JOBS: Readonly<Record<Mix, string>> = {
  last: 'jobs that only the last rule allows',
  mixed: 'jobs of sixteen kinds',
};

const grouped = (value: number) => Number(value.toPrecision(4)).toLocaleString('en-US');
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US');
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Everything that was measured of the engines, as Markdown. */
export function policyTables(summaries: readonly Summary[], runs: readonly CellRun[]): string {
  const kinds = unique(summaries.map(({ kind }) => kind));
  const mixes = unique(summaries.map(({ mix }) => mix));
  return [
    ...kinds.flatMap((kind) =>
      mixes.map(
        (mix) =>
          `### ${TITLES[kind]}; ${JOBS[mix]}\n\n${rateTable(summaries.filter((one) => one.kind === kind && one.mix === mix))}`,
      ),
    ),
    `### Loading, ms\n\n${loadTable(summaries)}`,
    ...(summaries.some(({ engine }) => engine === 'countersign')
      ? [`### Aims\n\n${goalTable(summaries)}`]
      : []),
    crashes(runs),
  ].join('\n\n');
}

/** A row for each engine: decisions per second, p50 and p99 in microseconds, and how many times slower than ours. */
function rateTable(summaries: readonly Summary[]): string {
  const sizes = unique(summaries.map(({ rules }) => rules));
  const at = (engine: string, rules: number) =>
    summaries.find((one) => one.engine === engine && one.rules === rules);
  const cell = (engine: string, rules: number) => {
    const one = at(engine, rules);
    const ours = at('countersign', rules);
    if (!one) return ['-', '-', '-'];
    const ratio = ours && ours !== one ? `${short(ours.perSec / one.perSec)}` : '';
    return [grouped(one.perSec), `${short(one.p50)} / ${short(one.p99)}`, ratio];
  };
  return markdown([
    [
      'engine',
      ...sizes.flatMap((size) => [`${grouped(size)} rules: /s`, 'p50 / p99 µs', 'ours is × as quick']),
    ],
    ...unique(summaries.map(({ engine }) => engine)).map((engine) => [
      engine,
      ...sizes.flatMap((size) => cell(engine, size)),
    ]),
  ]);
}

function loadTable(summaries: readonly Summary[]): string {
  const columns = unique(summaries.map(({ rules, kind }) => `${kind}, ${grouped(rules)}`));
  return markdown([
    ['engine', ...columns],
    ...unique(summaries.map(({ engine }) => engine)).map((engine) => [
      engine,
      ...columns.map((column) => {
        const one = summaries.find(
          (held) => held.engine === engine && `${held.kind}, ${grouped(held.rules)}` === column,
        );
        return one ? short(one.loadMs) : '-';
      }),
    ]),
  ]);
}

function goalTable(summaries: readonly Summary[]): string {
  const rates = Object.keys(RATES) as Rate[];
  const columns = rates.map((rate) => goalsOf(summaries, rate));
  return markdown([
    ['aim', ...rates.map((rate) => `by ${RATES[rate]}`)],
    ...(columns[0] ?? []).map(({ aim }, row) => [
      aim,
      ...columns.map((goals) => {
        const goal = goals[row];
        return goal ? `${goal.measured} (${goal.met ? 'met' : 'not met'})` : '-';
      }),
    ]),
  ]);
}

/** What is told of processes that died. */
function crashes(runs: readonly CellRun[]): string {
  const died = runs.filter((run) => run.crashes.length > 0);
  if (died.length === 0) return 'No process crashed.';
  return died
    .map(({ engine, rules, kind, round, crashes: signals, result }) => {
      const then = result ? 'measured without inlined calls into Wasm' : 'not measured';
      return `- ${engine}, ${grouped(rules)} rules, ${kind}, round ${round}: died of ${signals.join(', ')}; then ${then}.`;
    })
    .join('\n');
}
