import type { BenchRule } from './rule.js';

/** Whether rules ask for names and tags only, or each for an expression on the parameters as well. */
export const RULE_KINDS = ['tags', 'expressions'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** Rules of one team. */
const PER_TEAM = 10;
const REGIONS = ['eu', 'us', 'ap', 'sa'];

type Body = Omit<BenchRule, 'id' | 'team' | 'when'>;

/**
 * The rules of one team: by topic, with wildcards for its tokens, by one or several tags, by tags that are not there, by
 * tenant and by label. The one without a topic concerns all teams. The last is the worst case: see `jobs.ts`.
 */
const TEAM_RULES = (team: number): readonly (Body & { readonly everywhere?: true })[] => [
  { effect: 'allow', kind: 'orders', verb: 'read', anyTag: ['low', 'internal'] },
  { effect: 'allow', kind: 'orders', verb: 'write', anyTag: ['low'], noTag: ['prod'] },
  { effect: 'allow', verb: 'list' },
  { effect: 'deny', allTags: ['prod', 'untrusted'] },
  { effect: 'allow', kind: 'payments', verb: 'send', anyTag: ['finance'], tenant: 'acme', env: 'staging' },
  { effect: 'deny', kind: 'payments', anyTag: ['pii'], noTag: ['masked'] },
  { effect: 'allow', kind: 'files', tenant: 'globex' },
  { effect: 'deny', verb: 'delete', anyTag: ['prod', 'critical'] },
  { effect: 'deny', anyTag: [`quarantine-${team}`], everywhere: true },
  { effect: 'allow', kind: 'batches', verb: 'run', anyTag: ['batch'], tenant: 'acme', env: 'prod' },
];

/** `count` rules, ten for each team. With expressions, no two rules have the same one. */
export function rulesOf(count: number, rules: RuleKind): readonly BenchRule[] {
  return Array.from({ length: count }, (_, n) => {
    const team = Math.floor(n / PER_TEAM);
    const { everywhere, ...body } = TEAM_RULES(team)[n % PER_TEAM]!;
    return {
      id: `rule-${n}`,
      ...body,
      ...(everywhere ? {} : { team: teamName(team) }),
      ...(rules === 'expressions' && { when: conditionOf(n, body.effect) }),
    };
  });
}

/** So many teams have rules. */
export const teamsOf = (count: number) => Math.ceil(count / PER_TEAM);
export const teamName = (team: number) => `team-${team}`;

/** Denying asks for little, so that it is reached; allowing for more, so that some jobs fail it. */
function conditionOf(n: number, effect: BenchRule['effect']): NonNullable<BenchRule['when']> {
  const skipped = n % REGIONS.length;
  return {
    over: (effect === 'deny' ? 50 : 100) + (n % 10_007) / 100_000,
    regions: REGIONS.filter((_, at) => at !== skipped),
  };
}
