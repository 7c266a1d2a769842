import type { BenchJob } from './rule.js';
import { teamName, teamsOf } from './rules.js';

/** Which jobs are decided: only ones that the last rule alone allows, or all sorts. */
export const MIXES = ['last', 'mixed'] as const;
export type Mix = (typeof MIXES)[number];

/** Enough for no engine to live on the memory of a few. */
const COUNT = 192;
const BASE: BenchJob = {
  team: '',
  kind: 'orders',
  verb: 'read',
  tags: ['low'],
  tenant: 'acme',
  env: 'prod',
  amount: 500,
  region: 'eu',
};
const LAST: Partial<BenchJob> = { kind: 'batches', verb: 'run', tags: ['batch'] };

/** Each rule of a team is met at least once; the others are met by none, by two against each other, or just missed. */
const KINDS: readonly Partial<BenchJob>[] = [
  LAST,
  {},
  { verb: 'write' },
  { verb: 'write', tags: ['low', 'prod'] },
  { kind: 'anything', verb: 'list', tags: [] },
  { verb: 'list', tags: ['untrusted', 'prod', 'low'] },
  { kind: 'payments', verb: 'send', tags: ['finance'], env: 'staging' },
  { kind: 'payments', verb: 'send', tags: ['finance', 'pii'], env: 'staging' },
  { kind: 'payments', verb: 'send', tags: ['finance', 'pii', 'masked'], env: 'staging' },
  { kind: 'files', tenant: 'globex', tags: ['internal', 'external'] },
  { kind: 'files', tenant: 'acme', tags: [] },
  { kind: 'files', verb: 'delete', tenant: 'globex', tags: ['critical'] },
  { tags: ['low', 'quarantine-0'] },
  { ...LAST, env: 'staging' },
  { ...LAST, tags: ['batch', 'untrusted', 'prod'] },
  { team: 'team-without-rules', tags: ['internal'] },
];
/** Amounts on both sides of the rules' limits, and regions that some rules leave out. */
const AMOUNTS = [500, 120, 75, 900, 20];
const REGIONS = ['eu', 'us', 'ap', 'sa'];

/**
 * The jobs of a mix for so many rules: the same ones in each run. The first sixteen are of sixteen kinds. In `last` all
 * amounts and regions meet the last rule's expression.
 */
export function jobsOf(mix: Mix, rules: number): readonly BenchJob[] {
  const teams = teamsOf(rules);
  return Array.from({ length: COUNT }, (_, n) => (mix === 'last' ? lastJob(teams, n) : mixedJob(teams, n)));
}

/** Tags that no rule knows, so that not all jobs look alike. */
const otherTags = (n: number) => Array.from({ length: n % 3 }, (_, at) => `note-${(n + at) % 11}`);

function lastJob(teams: number, n: number): BenchJob {
  const tags = [...otherTags(n), 'batch'];
  return {
    ...BASE,
    ...LAST,
    team: teamName(teams - 1),
    tags,
    amount: 200 + n,
    region: REGIONS[n % 2 === 0 ? 0 : 2]!,
  };
}

function mixedJob(teams: number, n: number): BenchJob {
  const kind = KINDS[n % KINDS.length]!;
  const round = Math.floor(n / KINDS.length);
  // Of the first team, of the last, and of ones between them.
  const team = n % 3 === 0 ? 0 : n % 3 === 1 ? teams - 1 : (n * 7919) % teams;
  const job = { ...BASE, team: teamName(team), ...kind };
  return {
    ...job,
    tags: [...job.tags, ...otherTags(round)],
    amount: AMOUNTS[(round + (n % 2)) % AMOUNTS.length]!,
    region: REGIONS[(round + n) % REGIONS.length]!,
  };
}
