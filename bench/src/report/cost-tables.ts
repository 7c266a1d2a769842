import { ABLATED, isAblated, type AblatedVariant } from '../ablation/ablation.js';
import { costOf, cpuCostOf, medianOf, medianPair, type Pair } from '../ablation/cost.js';
import type { VariantResult } from '../measure/run-variant.js';
import { markdown, whole } from './markdown.js';

/** For each variant that goes without something: what that costs the governed road, by round. Empty without any. */
export function costTables(results: readonly VariantResult[]): string[] {
  const ablated = [...new Set(results.map(({ variant }) => variant))].filter(isAblated);
  return ablated.flatMap((variant) => {
    const pairs = pairsOf(results, variant);
    return pairs.length === 0 ? [] : [costTable(variant, pairs)];
  });
}

type RoundPair = Pair & { readonly round: number };

function pairsOf(results: readonly VariantResult[], variant: AblatedVariant): RoundPair[] {
  return results.flatMap((result) => {
    const open = results.find((other) => other.round === result.round && other.variant === variant);
    return result.variant === 'governed' && open
      ? [{ round: result.round, with: result.saturated, without: open.saturated }]
      : [];
  });
}

function costTable(variant: AblatedVariant, pairs: readonly RoundPair[]): string {
  const row = (name: string, pair: Pair, cost: number, cpuCost: number) => [
    name,
    whole(pair.with.jobsPerSec),
    whole(pair.without.jobsPerSec),
    percent(cost),
    whole(pair.with.cpuTotal),
    whole(pair.without.cpuTotal),
    percent(cpuCost),
  ];
  return markdown([
    [
      `cost of ${ABLATED[variant].join(', ')}`,
      'jobs/s with',
      `jobs/s without (${variant})`,
      'cost = 1 - with/without',
      'CPU µs/job with',
      'without',
      'cost in CPU',
    ],
    ...pairs.map((pair) => row(`round ${pair.round}`, pair, costOf(pair), cpuCostOf(pair))),
    row('median', medianPair(pairs), medianOf(pairs, costOf), medianOf(pairs, cpuCostOf)),
  ]);
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
