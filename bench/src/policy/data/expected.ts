import type { BenchJob, BenchRule, Effect } from './rule.js';

/** What every engine has to answer: the rules looked at one by one, as plainly as can be. */
export function expectedOf(rules: readonly BenchRule[], job: BenchJob): Effect {
  let allowed = false;
  for (const rule of rules) {
    if (!fits(rule, job)) continue;
    if (rule.effect === 'deny') return 'deny';
    allowed = true;
  }
  return allowed ? 'allow' : 'deny';
}

function fits(rule: BenchRule, job: BenchJob): boolean {
  const named = (['team', 'kind', 'verb', 'tenant', 'env'] as const).every(
    (member) => rule[member] === undefined || rule[member] === job[member],
  );
  const has = (tag: string) => job.tags.includes(tag);
  const tagged =
    (rule.anyTag?.some(has) ?? true) &&
    (rule.allTags?.every(has) ?? true) &&
    !(rule.noTag?.some(has) ?? false);
  const { when } = rule;
  return named && tagged && (!when || (job.amount > when.over && when.regions.includes(job.region)));
}
