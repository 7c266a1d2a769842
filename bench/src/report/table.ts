import type { LoadPlan } from '../measure/load-plan.js';
import type { VariantResult } from '../measure/run-variant.js';
import { median, medians } from '../measure/statistics.js';
import { VARIANTS, type Variant } from '../rig.js';
import { costTables } from './cost-tables.js';
import { markdown, whole } from './markdown.js';

const NAMES: Record<Variant, string> = {
  bare: 'bare, 3 hops',
  governed: 'governed, a process each',
  'governed-open': 'governed, without claim, warrant, accounts',
  'without-claim': 'governed, without claim and warrant',
  'without-warrant': 'governed, without warrant',
  'without-accounts': 'governed, without accounts',
  standalone: 'governed, standalone',
};

/** What the numbers were measured with: a ratio means nothing without it. */
export function setting(plan: LoadPlan, rounds: number): string {
  return `Bare program: producer → stream → dispatcher → stream → worker → stream → collector, a process each, on a nats-server of
its own; file storage, interest retention, durable pull consumers, explicit acks; no sending is awaited before its batch
is acknowledged. Publisher and consumer of both roads: the platform's own Bus (batches, one reply inbox, ${plan.window} jobs in flight).
Governed: ~1,000 rules, claims, scans, audit, PostgreSQL with fsync on. Jobs of 1 KiB, outputs of about 200 bytes.
${plan.warmUp} jobs to warm up, then ${plan.measured} measured, ${rounds} round${rounds === 1 ? '' : 's'}, variants alternating, medians (min / max).
At a rate: ${plan.seconds} s each, latency from when a job was due until its output was collected.`;
}

/** The results as Markdown tables. */
export function tables(results: readonly VariantResult[], plan: LoadPlan): string {
  const groups = VARIANTS.map(
    (variant) => [variant, results.filter((r) => r.variant === variant)] as const,
  ).filter(([, runs]) => runs.length > 0);
  return [
    mainTable(groups, plan),
    ...costTables(results),
    cpuTable('saturated', groups, (run) => run.saturated.cpu),
    ...plan.rates.map((rate, i) => cpuTable(`${rate}/s`, groups, (run) => run.paced[i]!.cpu)),
  ].join('\n\n');
}

type Groups = readonly (readonly [Variant, readonly VariantResult[]])[];

function mainTable(groups: Groups, plan: LoadPlan): string {
  const bare = groups.find(([variant]) => variant === 'bare')?.[1];
  const bareSpeed = bare && median(bare.map((r) => r.saturated.jobsPerSec));
  return markdown([
    [
      'variant',
      'jobs/s saturated',
      'of bare',
      'audit behind, ms',
      'CPU µs/job',
      ...plan.rates.flatMap((rate) => [`${rate}/s: p50 ms`, 'p99 ms', 'CPU µs/job']),
    ],
    ...groups.map(([variant, runs]) => {
      const speeds = runs.map((r) => r.saturated.jobsPerSec);
      return [
        NAMES[variant],
        spread(speeds),
        bareSpeed === undefined ? '-' : `${Math.round((100 * median(speeds)) / bareSpeed)} %`,
        variant === 'bare' ? '-' : whole(median(runs.map((r) => r.saturated.drainMs))),
        spread(runs.map((r) => r.saturated.cpuTotal)),
        ...plan.rates.flatMap((_, i) => {
          const of = (pick: 'p50' | 'p99' | 'cpuTotal') => median(runs.map((r) => r.paced[i]![pick]));
          return [of('p50').toFixed(1), of('p99').toFixed(1), whole(of('cpuTotal'))];
        }),
      ];
    }),
  ]);
}

function cpuTable(
  load: string,
  groups: Groups,
  of: (run: VariantResult) => Readonly<Record<string, number>>,
): string {
  const rows = groups.map(([variant, runs]) => ({ variant, cpu: medians(runs.map(of)) }));
  const names = [...new Set(rows.flatMap(({ cpu }) => Object.keys(cpu)))];
  return markdown([
    [`CPU µs/job ${load}`, ...names],
    ...rows.map(({ variant, cpu }) => [
      NAMES[variant],
      ...names.map((name) => (cpu[name] === undefined ? '-' : whole(cpu[name]))),
    ]),
  ]);
}

const spread = (values: readonly number[]) =>
  values.length === 1
    ? whole(values[0]!)
    : `${whole(median(values))} (${whole(Math.min(...values))} / ${whole(Math.max(...values))})`;
