import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { loadPolicy } from '../load/load-policy.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { STRICTNESS, type Decision, type DecisionType } from '../vocabulary.js';
import { decide } from './decide.js';
import type { PolicyRequest } from './policy-request.js';

interface RawRule {
  readonly decision: Decision;
  readonly match: {
    readonly topics?: readonly string[];
    readonly tenants?: readonly string[];
    readonly agents?: readonly string[];
    readonly capabilities?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly risk_tags?: readonly string[] | { any?: string[]; all?: string[]; none?: string[] };
    readonly actions?: readonly string[];
    readonly resources?: readonly string[];
    readonly capabilities_outside?: readonly string[];
    readonly except?: { readonly actions?: readonly string[]; readonly resources?: readonly string[] };
  };
}

/** Some hundred policies are read for each property; a busy machine may take its time. */
vi.setConfig({ testTimeout: 120_000 });

const some = (...words: string[]) =>
  fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 2 });
const tags = some('t1', 't2', 't3');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const token = fc.constantFrom('a', 'b');
const topic = fc.array(token, { minLength: 1, maxLength: 3 }).map((tokens) => ['job', ...tokens].join('.'));
const pattern = fc
  .tuple(
    fc.constantFrom('job', '*'),
    fc.array(fc.oneof(token, fc.constant('*')), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([first, tokens, rest]) => [first, ...tokens, ...(rest ? ['>'] : [])].join('.'));

const rawRule: fc.Arbitrary<RawRule> = fc
  .record({
    decision: fc.constantFrom(...(Object.keys(STRICTNESS) as Decision[])),
    match: fc
      .record({
        topics: maybe(fc.array(pattern, { minLength: 1, maxLength: 2 })),
        tenants: maybe(some('x', 'y')),
        agents: maybe(some('m', 'n')),
        capabilities: maybe(some('c1', 'c2')),
        labels: maybe(fc.constantFrom({ l: '1' }, { l: '1', k: '2' })),
        risk_tags: maybe(
          fc.oneof(
            fc.constant([]),
            tags,
            fc.record({ any: tags, none: tags }),
            fc.record({ all: tags }),
            fc.record({ none: tags }),
          ),
        ),
        actions: maybe(some('a', 'go', 'g*', '*')),
        resources: maybe(some('h/x', 'h/*', '**/y', 'h/**')),
        capabilities_outside: maybe(some('c1', 'c2')),
        except: maybe(
          fc.oneof(fc.record({ actions: some('go', 'b') }), fc.record({ resources: some('h/x', '**/y') })),
        ),
      })
      .map((match) => Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined))),
  })
  .map((rule) =>
    // An allow must name what it is for.
    rule.decision === 'allow' ? { ...rule, match: { topics: ['>'], ...rule.match } } : rule,
  );

const request: fc.Arbitrary<PolicyRequest> = fc
  .record({
    topic,
    tenantId: fc.constantFrom('x', 'y', 'z'),
    agentId: fc.constantFrom('m', 'n', 'o'),
    riskTags: fc.subarray(['t1', 't2', 't3']),
    capabilities: fc.subarray(['c1', 'c2']),
    labels: fc.constantFrom<Record<string, string>[]>({}, { l: '1' }, { l: '2' }, { l: '1', k: '2' }),
    action: maybe(fc.constantFrom('go', 'Go', 'b')),
    resource: maybe(fc.constantFrom('h/x', 'https://h/X/', 'h/q/y', 'z')),
  })
  .map(({ action, resource, ...rest }) =>
    aRequest({
      ...rest,
      ...(action !== undefined && { action }),
      ...(resource !== undefined && { resource }),
    }),
  );

const BLOCKS: Readonly<Record<Decision, object>> = {
  allow: {},
  deny: {},
  require_approval: {},
  throttle: { throttle: { rate: '1/day' } },
  allow_with_constraints: { constraints: { max_retries: 1 } },
};
const withIds = (rules: readonly RawRule[]) =>
  rules.map((rule, at) => ({ id: `r${String(at).padStart(3, '0')}`, ...rule, ...BLOCKS[rule.decision] }));

/** The language's definition as a loop over the raw rules: shares nothing with the engine. */
function naiveFit({ match: m, decision }: RawRule, r: PolicyRequest): 'yes' | 'no' | 'doubt' {
  const glob = (p: string, any: string) => {
    const marked = p.replaceAll('.', '\\.').replaceAll('**/', '#').replaceAll('**', '%').replaceAll('*', any);
    return new RegExp(`^${marked.replaceAll('/%', '(?:/.*)?').replaceAll('#', '(?:.*/)?')}$`);
  };
  const topicFits = (p: string) =>
    new RegExp(`^${p.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+')}$`).test(r.topic);
  const action = r.action?.toLowerCase() ?? r.topic.split('.').at(-1) ?? '';
  const resource = r.resource?.replace('https://', '').replace(/\/$/, '').toLowerCase();
  const actionIn = (list: readonly string[]) => list.some((p) => glob(p, '.*').test(action));
  const resourceIn = (list: readonly string[], name: string) => list.some((p) => glob(p, '[^/]*').test(name));
  const restricts = decision !== 'allow';
  let doubt = false;
  if (m.topics && !m.topics.some(topicFits)) return 'no';
  if (m.tenants && !m.tenants.includes(r.tenantId)) return 'no';
  if (m.agents && !m.agents.includes(r.agentId)) return 'no';
  if (m.capabilities && !m.capabilities.some((c) => r.capabilities.includes(c))) return 'no';
  if (m.capabilities_outside && r.capabilities.every((c) => m.capabilities_outside?.includes(c))) return 'no';
  if (m.actions && !actionIn(m.actions)) return 'no';
  if (m.resources && resource !== undefined && !resourceIn(m.resources, resource)) return 'no';
  if (m.resources && resource === undefined) doubt = true;
  for (const [name, value] of Object.entries(m.labels ?? {})) {
    if (r.labels[name] === undefined) doubt = true;
    else if (r.labels[name] !== value) return 'no';
  }
  if (!tagsFit(m.risk_tags, r)) return 'no';
  if (m.except?.actions && actionIn(m.except.actions)) return 'no';
  if (m.except?.resources && resource !== undefined && resourceIn(m.except.resources, resource)) return 'no';
  if (m.except?.resources && resource === undefined && !restricts) return 'no';
  if (!doubt) return 'yes';
  return restricts ? 'doubt' : 'no';
}

function tagsFit(asked: RawRule['match']['risk_tags'], r: PolicyRequest): boolean {
  if (asked === undefined) return true;
  const has = (tag: string) => r.riskTags.includes(tag);
  if ('length' in asked) return asked.length === 0 ? r.riskTags.length === 0 : asked.some(has);
  if (asked.any && !asked.any.some(has)) return false;
  if (asked.all && !asked.all.every(has)) return false;
  return !asked.none?.some(has);
}

const strictness = (type: DecisionType) => STRICTNESS[type.toLowerCase() as Decision];

describe('a decision', () => {
  it('is the one that a plain loop over all rules takes', () => {
    fc.assert(
      fc.property(
        fc.array(rawRule, { minLength: 1, maxLength: 30 }),
        fc.array(request, { maxLength: 8 }),
        (raw, requests) => {
          const rules = withIds(raw);
          const snapshot = aSnapshotOf(rules);
          for (const r of requests) {
            const ordered = rules.toSorted(
              (a, b) => STRICTNESS[b.decision] - STRICTNESS[a.decision] || (a.id < b.id ? -1 : 1),
            );
            const matched = ordered.filter((rule) => naiveFit(rule, r) === 'yes');
            const doubt = ordered.find((rule) => naiveFit(rule, r) === 'doubt');
            const decision = decide(snapshot, r);
            const ids = matched.map(({ id }) => id);
            if (doubt && matched[0]?.decision !== 'deny') {
              expect(decision).toMatchObject({ type: 'DENY', reasonCode: 'missing_input' });
              expect(decision.ruleIds).toEqual([doubt.id, ...ids]);
              continue;
            }
            expect(decision.ruleIds).toEqual(ids);
            expect(decision.type).toBe(matched[0]?.decision.toUpperCase() ?? 'DENY');
            expect(decision.reasonCode).toBe(matched[0] ? 'rule' : 'no_match');
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order of rules and files (P11)', () => {
    const shuffled = fc
      .array(rawRule, { minLength: 1, maxLength: 8 })
      .map(withIds)
      .chain((rules) =>
        fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length })),
      );
    fc.assert(
      fc.property(shuffled, request, ([rules, other], r) => {
        const files = other.map((rule, at) => ({
          file: `${at}.json`,
          text: JSON.stringify({ version: 'v1', rules: [rule] }),
        }));
        const split = loadPolicy(files);
        const whole = aSnapshotOf(rules);
        if (!split.ok) throw new Error('refused');
        expect(split.snapshot.hash).toBe(whole.hash);
        expect(decide(split.snapshot, r)).toEqual(decide(whole, r));
      }),
      { numRuns: 80 },
    );
  });

  it('is never loosened by adding a rule that is as strict or stricter, least of all a deny', () => {
    const denying = rawRule.map((rule): RawRule => ({ ...rule, decision: 'deny' }));
    fc.assert(
      fc.property(fc.array(rawRule, { minLength: 1, maxLength: 10 }), denying, request, (raw, deny, r) => {
        const before = decide(aSnapshotOf(withIds(raw)), r);
        const after = decide(aSnapshotOf(withIds([...raw, deny])), r);
        expect(strictness(after.type)).toBeGreaterThanOrEqual(strictness(before.type));
        expect(after.type).toBe(naiveFit(deny, r) === 'no' ? before.type : 'DENY');
      }),
      { numRuns: 150 },
    );
  });

  it('never loosens a job that some rule lets run, whichever rule is added', () => {
    fc.assert(
      fc.property(fc.array(rawRule, { minLength: 1, maxLength: 6 }), rawRule, request, (raw, more, r) => {
        const before = decide(aSnapshotOf(withIds(raw)), r);
        if (before.reasonCode === 'no_match') return;
        const after = decide(aSnapshotOf(withIds([...raw, more])), r);
        expect(strictness(after.type)).toBeGreaterThanOrEqual(strictness(before.type));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same each time', () => {
    fc.assert(
      fc.property(fc.array(rawRule, { minLength: 1, maxLength: 10 }), request, (raw, r) => {
        const snapshot = aSnapshotOf(withIds(raw));
        expect(decide(snapshot, r)).toEqual(decide(snapshot, structuredClone(r)));
      }),
      { numRuns: 200 },
    );
  });

  it('is a denial for ten thousand spellings of a denied topic (P08)', () => {
    const snapshot = aSnapshotOf([
      { id: 'deny', match: { topics: ['job.pay.release'] }, decision: 'deny' },
      { id: 'rest', match: { topics: ['>'] }, decision: 'allow' },
    ]);
    const noise = fc.constantFrom(
      '\u200b',
      '\u200d',
      '\u202e',
      '\u0430',
      '\uff41',
      '\u00ad',
      '\ufe0f',
      'E',
      ' ',
      '\n',
      '\0',
      '%',
    );
    fc.assert(
      fc.property(noise, fc.nat({ max: 15 }), fc.nat({ max: 1 }), (char, at, cut) => {
        const name = 'job.pay.release';
        expect(
          decide(snapshot, aRequest({ topic: name.slice(0, at) + char + name.slice(at + cut) })).type,
        ).toBe('DENY');
      }),
      { numRuns: 10_000 },
    );
  });

  it('comes out of patterns that could explode a matcher (P19)', () => {
    const tokens = Array.from({ length: 30 }, () => 'a');
    const patterns = Array.from({ length: 2000 }, (_, n) =>
      ['job', ...tokens.map((t, at) => ((n >> (at % 11)) & 1 ? '*' : t))].join('.'),
    );
    const snapshot = aSnapshotOf([
      ...patterns.map((p, n) => ({ id: `r${n}`, match: { topics: [p] }, decision: 'allow' })),
      { id: 'deny', match: { topics: [`${patterns[0]}.>`] }, decision: 'deny' },
    ]);
    expect(decide(snapshot, aRequest({ topic: ['job', ...tokens].join('.') })).ruleIds).toHaveLength(2000);
    expect(decide(snapshot, aRequest({ topic: ['job', ...tokens, 'b'].join('.') })).ruleIds).toEqual([
      'deny',
    ]);
  });
});
