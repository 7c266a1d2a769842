import type { PolicySource } from '../policy-source.js';
import type { Decision } from '../vocabulary.js';
import { randomFindingSections, type RawFindingRule } from './random-findings.js';
import { chance, given, oneOf, someOf, type Draw } from './draw.js';
import { randomClassifyCondition, randomCondition } from './random-condition.js';
import { randomMatch, randomPattern } from './random-match.js';
import { AGENTS, TAGS, TENANTS } from './words.js';

/** A rule as a file spells it. */
export interface RawRule {
  readonly id: string;
  readonly decision: Decision;
  readonly match: Readonly<Record<string, unknown>>;
  readonly when?: readonly string[];
  readonly [block: string]: unknown;
}

/** A policy file as its text spells it, before it is one. */
export interface RawFile {
  readonly version: 'v1';
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly scope?: { readonly tenants?: readonly string[]; readonly agents?: readonly string[] };
  readonly default?: 'inherit' | 'deny';
  readonly classify?: readonly object[];
  readonly rules: readonly RawRule[];
  readonly input?: { readonly rules: readonly RawFindingRule[] };
  readonly output?: { readonly regions?: readonly string[]; readonly rules: readonly RawFindingRule[] };
}

/** How far a policy goes. */
export interface PolicyShape {
  /** Rules outside any scope, at least. */
  readonly rules: number;
  /** Percent of rules with conditions. */
  readonly conditions: number;
}

/** A policy of up to four files: one for everybody, up to three with a scope. */
export function randomPolicy(draw: Draw, shape: PolicyShape): RawFile[] {
  // Now and then a few rules only, so that some jobs are spoken of by none.
  const count = chance(draw, 25) ? 1 + draw(5) : shape.rules + draw(shape.rules + 1);
  const classify = Array.from({ length: draw(4) }, (_, at) => randomClassify(draw, at));
  const wide: RawFile = {
    version: 'v1',
    sets: { trusted: someOf(draw, AGENTS) },
    ...(classify.length > 0 && { classify }),
    rules: Array.from({ length: count }, (_, at) => ({
      ...mayPublish(draw, randomRule(draw, `r${at}`, shape.conditions)),
    })),
    ...randomFindingSections(draw, 'w', undefined),
  };
  const scoped = Array.from({ length: draw(4) }, (_, at) => randomScopedFile(draw, at, shape));
  // A scope states its default once.
  const inOrder = (names: readonly string[] = []) => [...names].sort();
  const places = scoped.map(({ scope }) => JSON.stringify([inOrder(scope?.tenants), inOrder(scope?.agents)]));
  return [wide, ...scoped.filter((_, at) => places.indexOf(places[at] ?? '') === at)];
}

function randomScopedFile(draw: Draw, at: number, shape: PolicyShape): RawFile {
  const scopes = [
    { tenants: someOf(draw, TENANTS, 1) },
    { agents: someOf(draw, AGENTS, 1) },
    { tenants: someOf(draw, TENANTS), agents: someOf(draw, AGENTS, 1) },
  ] as const;
  const scope = oneOf(draw, scopes);
  return {
    version: 'v1',
    scope,
    ...(chance(draw, 40) && { default: oneOf(draw, ['inherit', 'deny'] as const) }),
    rules: Array.from({ length: 1 + draw(6) }, (_, rule) =>
      withinScope(randomRule(draw, `s${at}-${rule}`, shape.conditions), scope),
    ),
    ...randomFindingSections(draw, `s${at}`, scope),
  };
}

function mayPublish(draw: Draw, rule: RawRule): RawRule {
  const lets = ['allow', 'allow_with_constraints', 'throttle'].includes(rule.decision);
  return lets && rule['grants'] !== false && chance(draw, 10) ? { ...rule, allow_publish: true } : rule;
}

/** The rule without what it asks of tenants and agents, if that would leave nobody of a scope: the loader refuses it. */
export function withinScope(rule: RawRule, scope: NonNullable<RawFile['scope']>): RawRule {
  const kept = Object.entries(rule.match).filter(([name, names]) => {
    const whom = name === 'tenants' || name === 'agents' ? scope[name] : undefined;
    return !whom || whom.some((member) => (names as readonly string[]).includes(member));
  });
  const match = Object.fromEntries(kept);
  return { ...rule, match: Object.keys(match).length > 0 ? match : { topics: ['job.>'] } };
}

const DECISIONS = [
  ...Array.from({ length: 8 }, () => 'allow' as const),
  ...Array.from({ length: 4 }, () => 'allow_with_constraints' as const),
  ...Array.from({ length: 4 }, () => 'throttle' as const),
  ...Array.from({ length: 3 }, () => 'require_approval' as const),
  'deny' as const,
] as unknown as readonly [Decision, ...Decision[]];

/** A rule of any decision, with its blocks. The stricter it is, the more it asks, so that every decision happens. */
export function randomRule(
  draw: Draw,
  id: string,
  conditions: number,
  decision: Decision = oneOf(draw, DECISIONS),
): RawRule {
  const asks = { allow: 1, allow_with_constraints: 3, throttle: 3, require_approval: 4, deny: 5 }[decision];
  const limited =
    decision === 'allow_with_constraints' ||
    (decision !== 'allow' && decision !== 'deny' && chance(draw, 30));
  const flags =
    decision === 'deny' ? (['notify'] as const) : (['audit', 'review_after', 'notify', 'rollback'] as const);
  return {
    id,
    decision,
    match: randomMatch(draw, asks),
    ...given({
      when: chance(draw, conditions)
        ? someOf(draw, [randomCondition(draw), randomCondition(draw)])
        : undefined,
      grants: chance(draw, 5) ? false : undefined,
      reason_code: chance(draw, 5)
        ? oneOf(draw, ['blacklisted', 'outside_hours', 'low_confidence'])
        : undefined,
      reason: chance(draw, 20) ? `Because of ${id}: "so", it's said` : undefined,
      constraints: limited ? randomConstraints(draw) : undefined,
      approval: decision === 'require_approval' && chance(draw, 70) ? randomApproval(draw) : undefined,
      throttle: decision === 'throttle' ? randomThrottle(draw) : undefined,
      obligations: chance(draw, 20) ? someOf(draw, flags) : undefined,
    }),
  };
}

function randomConstraints(draw: Draw): object {
  const parts = {
    max_runtime_sec: 1 + draw(600),
    max_retries: draw(5),
    max_output_bytes: 1 + draw(10_000),
    memory_mb: 1 + draw(512),
    cpus: (1 + draw(8)) / 2,
    backoff_sec: { min: draw(10), max: 10 + draw(50) },
    paths: {
      read: someOf(draw, ['/work', '/work/a', '/tmp']),
      write: someOf(draw, ['/work', '/work/b', '/tmp/x']),
    },
    network: { allow: someOf(draw, ['*.bank.example', 'api.bank.example', 'bank.example:443']) },
    env: { REGION: oneOf(draw, ['eu', 'eu', 'us']) },
  };
  const names = someOf(draw, Object.keys(parts) as [keyof typeof parts], 3);
  return Object.fromEntries(names.map((name) => [name, parts[name]]));
}

function randomApproval(draw: Draw): object {
  return given({
    quorum: 1 + draw(3),
    groups: chance(draw, 50) ? ['finance', ...someOf(draw, ['leads', 'ops'])] : undefined,
    ttl: oneOf(draw, ['5m', '10m', '1h', '90s']),
    confirm: chance(draw, 20) ? true : undefined,
    ...(chance(draw, 20) && {
      escalate_after: oneOf(draw, ['30s', '1m']),
      escalate_to: someOf(draw, ['cfo', 'cto']),
    }),
  });
}

function randomThrottle(draw: Draw): object {
  return given({
    rate: `${1 + draw(100)}/${oneOf(draw, ['second', 'minute', 'hour', 'day'])}`,
    key: oneOf(draw, ['tenant', 'agent', 'action', 'topic', undefined]),
    on_excess: oneOf(draw, ['hold', 'reject', undefined]),
  });
}

function randomClassify(draw: Draw, at: number): object {
  const matches = [
    { topics: [randomPattern(draw)] },
    { topic_tokens: someOf(draw, ['drop*', '*_all', '*card*', 'read']) },
    { params_contain: ['rm_recursive'] },
    { topics: ['job.>'], topic_tokens: ['write'] },
  ] as const;
  return {
    id: `c${at}`,
    match: oneOf(draw, matches),
    ...(chance(draw, 20) && { when: randomClassifyCondition(draw) }),
    add_tags: someOf(draw, TAGS),
  };
}

/** The files of a policy as the loader takes them; JSON is YAML. */
export function sourcesOf(files: readonly RawFile[]): PolicySource[] {
  return files.map((file, at) => ({ file: `${at}.yaml`, text: JSON.stringify(file) }));
}
