import { describe, expect, it } from 'vitest';
import { decide } from '../../decide/decide.js';
import { aRequest, aSnapshot, errorsOf } from '../../testing/builders.js';
import { loadPolicy } from '../load-policy.js';

const FILLER = '\nrules: [{ id: other, decision: deny, match: { topics: [job.x] } }]';
const rulesOf = (text: string) =>
  aSnapshot(`version: v1\n${text}${FILLER}`)
    .rules.filter(({ id }) => id !== 'other')
    .sort((left, right) => (left.id < right.id ? -1 : 1));
const faultsOf = (text: string) =>
  errorsOf(`version: v1\n${text}${FILLER}`).map(({ code, line, column }) => [code, line, column]);

describe('tiers (P6)', () => {
  it('are written as a rule for each tier and one for what is in none', () => {
    const rules = rulesOf(
      'tiers: [{ id: t, topics: [job.a.>], actions: { see: 0, say: 1, do: 2, ask: 3, end: 4, look: 0 } }]',
    );
    expect(rules.map(({ id, decision, match }) => [id, decision, match.actions])).toEqual([
      ['tiers.t.tier0', 'allow', ['look', 'see']],
      ['tiers.t.tier1', 'allow', ['say']],
      ['tiers.t.tier2', 'allow', ['do']],
      ['tiers.t.tier2-compensation', 'deny', ['do']],
      ['tiers.t.tier3', 'require_approval', ['ask']],
      ['tiers.t.tier4', 'require_approval', ['end']],
      ['tiers.t.unlisted', 'require_approval', undefined],
    ]);
    expect(rules.every(({ match, scope }) => match.topics?.[0] === 'job.a.>' && scope === undefined)).toBe(
      true,
    );
    expect(rules.at(-1)?.match.except?.actions).toEqual(['ask', 'do', 'end', 'look', 'say', 'see']);
  });

  it('ask for a typed confirmation in tier 4 and for the unknown, whatever the terms say (H5)', () => {
    const rules = rulesOf(
      'tiers: [{ id: t, topics: [job.>], actions: { a: 3, b: 4 }, approval: { quorum: 2, confirm: false } }]',
    );
    expect(rules.map(({ id, approval }) => [id, approval?.quorum, approval?.confirm])).toEqual([
      ['tiers.t.tier3', 2, undefined],
      ['tiers.t.tier4', 2, true],
      ['tiers.t.unlisted', 2, true],
    ]);
  });

  it('take a set as a key, and hold an action with two tiers to the stricter one', () => {
    const [three] = rulesOf(
      'sets: { pay: [send, spend] }\ntiers: [{ id: t, topics: [job.>], actions: { $pay: 3, send: 0 } }]',
    );
    expect(three).toMatchObject({ id: 'tiers.t.tier3', match: { actions: ['send', 'spend'] } });
  });

  it.each([
    ['tiers: [{ id: t, actions: { a: 0 } }]', 'missing_key', 2, 9],
    ['tiers: [{ id: t, topics: [job.>] }]', 'missing_key', 2, 9],
    ['tiers: [{ id: t, topics: [job.>], actions: {} }]', 'empty_condition', 2, 44],
    ['tiers: [{ id: t, topics: [job.>], actions: { a: 5 } }]', 'bad_limit', 2, 49],
    ['tiers: [{ id: t, topics: [job.>], actions: { a: -1 } }]', 'bad_limit', 2, 49],
    ['tiers: [{ id: t, topics: [job.>], actions: { a: high } }]', 'wrong_type', 2, 49],
    ['tiers: [{ id: t, topics: [job.>], actions: { A: 1 } }]', 'bad_value', 2, 46],
    ['tiers: [{ topics: [job.>], actions: { a: 1 } }]', 'missing_key', 2, 9],
    ['tiers: [{ id: t, topics: [job.>], actions: { a: 1 }, tier: 1 }]', 'unknown_key', 2, 54],
    ['tiers: []', 'empty_policy', 2, 8],
  ])('%s is refused: %s', (text, code, line, column) => {
    expect(faultsOf(text)).toContainEqual([code, line, column]);
  });
});

describe('a matrix (P7)', () => {
  it('is written as four rules that grant nothing', () => {
    const rules = rulesOf('matrix: [{ id: m, topics: [job.a.>] }]');
    expect(rules.map(({ id, decision, scope, obligations }) => [id, decision, scope, obligations])).toEqual([
      ['matrix.m.ask', 'require_approval', 'no-grant', undefined],
      ['matrix.m.proceed', 'allow', 'no-grant', ['audit', 'rollback']],
      ['matrix.m.proceed-with-caution', 'allow', 'no-grant', ['review_after']],
      ['matrix.m.reject', 'deny', undefined, ['notify']],
    ]);
    expect(rules[0]?.approval).toEqual({ quorum: 1, groups: [], ttl_sec: 300 });
    expect(rules[0]?.match.risk_tags).toEqual({ any: ['destructive', 'financial', 'security'] });
    expect(rules[1]?.match.risk_tags).toEqual({ none: ['destructive', 'financial', 'security'] });
    expect(rules[1]?.when?.[0]).toContain('> 0.8');
  });

  it.each([0, 1])('takes %d as a threshold', (threshold) => {
    const [ask] = rulesOf(`matrix: [{ id: m, threshold: ${threshold} }]`);
    expect(ask?.when?.[0]).toContain(`> ${threshold}.0`);
  });

  it.each([
    ['matrix: [{ id: m, threshold: 1.1 }]', 'bad_limit', 2, 30],
    ['matrix: [{ id: m, threshold: -0.1 }]', 'bad_limit', 2, 30],
    ['matrix: [{ id: m, threshold: .nan }]', 'bad_limit', 2, 30],
    ['matrix: [{ id: m, threshold: high }]', 'wrong_type', 2, 30],
    ['matrix: [{ id: m, high_risk: [] }]', 'empty_condition', 2, 30],
    ['matrix: [{ id: m, high_risk: [Prod] }]', 'bad_value', 2, 31],
  ])('%s is refused: %s', (text, code, line, column) => {
    expect(faultsOf(text)).toContainEqual([code, line, column]);
  });
});

describe('hours (P8)', () => {
  it('are written as one rule for all other times', () => {
    expect(
      rulesOf('hours: [{ id: h, topics: [job.a], within: "22:00-06:00", timezone: UTC, outside: deny }]'),
    ).toMatchObject([
      {
        id: 'hours.h.outside',
        decision: 'deny',
        when: ['!time.within("22:00-06:00", "UTC")'],
        reason_code: 'outside_hours',
      },
    ]);
  });

  it('ask on the terms that are given, and grant nothing', () => {
    const [rule] = rulesOf(
      'hours: [{ id: h, within: "09:00-17:00", timezone: UTC, outside: require_approval, approval: { ttl: 1h } }]',
    );
    expect(rule).toMatchObject({ scope: 'no-grant', approval: { ttl_sec: 3600 } });
  });

  it.each([
    ['within: "9-17", timezone: UTC, outside: deny', 'bad_value'],
    ['within: "25:00-26:00", timezone: UTC, outside: deny', 'bad_value'],
    ['within: "xyz 09:00-17:00", timezone: UTC, outside: deny', 'bad_value'],
    ['within: "09:00-17:00", timezone: Mars/Olympus, outside: deny', 'bad_value'],
    ['within: "09:00-17:00", timezone: UTC, outside: allow', 'bad_value'],
    ['within: "09:00-17:00", timezone: UTC', 'missing_key'],
    ['within: "09:00-17:00", outside: deny', 'missing_key'],
    ['timezone: UTC, outside: deny', 'missing_key'],
    ['within: "09:00-17:00", timezone: UTC, outside: deny, approval: {}', 'key_not_allowed'],
  ])('%s is refused: %s', (entry, code) => {
    const [problem] = errorsOf(`version: v1\nhours: [{ id: h, ${entry} }]`);
    expect(problem).toMatchObject({ code, line: 2 });
  });
});

describe('a blacklist (P8)', () => {
  it('is written as a deny for resources and one for actions', () => {
    const rules = rulesOf(
      'blacklist: [{ id: b, topics: [job.a], agents: [x], resources: [h/o/*], actions: [end] }]',
    );
    expect(rules.map(({ id, decision, match }) => [id, decision, match])).toEqual([
      ['blacklist.b.actions', 'deny', { topics: ['job.a'], agents: ['x'], actions: ['end'] }],
      ['blacklist.b.resources', 'deny', { topics: ['job.a'], agents: ['x'], resources: ['h/o/*'] }],
    ]);
    expect(rules.every(({ reason_code }) => reason_code === 'blacklisted')).toBe(true);
  });

  it.each([
    ['blacklist: [{ id: b, topics: [job.a] }]', 'missing_key', 2, 13],
    ['blacklist: [{ id: b, actions: [] }]', 'empty_condition', 2, 31],
    ['blacklist: { id: b }', 'wrong_type', 2, 12],
  ])('%s is refused: %s', (text, code, line, column) => {
    expect(faultsOf(text)).toContainEqual([code, line, column]);
  });
});

describe('allowlists (P9)', () => {
  it('are written as a deny outside each part that is given', () => {
    const rules = rulesOf(
      'allowlists: [{ agent: a, topics: [job.a], actions: [see], resources: [h/**], capabilities: [web] }]',
    );
    expect(rules.map(({ id, match }) => [id, match])).toEqual([
      ['allowlists.a.actions', { agents: ['a'], except: { actions: ['see'] } }],
      ['allowlists.a.capabilities', { agents: ['a'], capabilities_outside: ['web'] }],
      ['allowlists.a.resources', { agents: ['a'], except: { resources: ['h/**'] } }],
      ['allowlists.a.topics', { agents: ['a'], except: { topics: ['job.a'] } }],
    ]);
  });

  it('are named by their agent, or by an id', () => {
    const rules = rulesOf(
      'allowlists: [{ agent: org/a, actions: [x] }, { agent: b, id: second, actions: [x] }]',
    );
    expect(rules.map(({ id }) => id)).toEqual(['allowlists.org-a.actions', 'allowlists.second.actions']);
  });

  it('take every listed agent of the bundle out of the rule for unlisted ones', () => {
    const [rule] = rulesOf(
      'allowlists: [{ agent: b, actions: [x] }, { agent: a, actions: [x] }]\nunlisted_agents: deny',
    ).filter(({ id }) => id === 'allowlists.unlisted-agents');
    expect(rule).toMatchObject({ decision: 'deny', match: { except: { agents: ['a', 'b'] } } });
  });

  it('deny everybody if nobody is listed', () => {
    expect(rulesOf('unlisted_agents: deny')).toMatchObject([{ decision: 'deny', match: {} }]);
  });

  it('say nothing of unlisted agents by themselves', () => {
    expect(rulesOf('unlisted_agents: pass')).toEqual([]);
  });

  it('list an agent only in the tenants of their files', () => {
    const result = loadPolicy([
      { file: 'a.yaml', text: 'version: v1\nunlisted_agents: deny' },
      {
        file: 'b.yaml',
        text: 'version: v1\nscope: { tenants: [t] }\nallowlists: [{ agent: a, actions: [x] }]',
      },
    ]);
    const rules = result.ok ? result.snapshot.rules.filter(({ id }) => id.includes('unlisted')) : [];
    expect(rules.map(({ id, match }) => [id, match])).toEqual([
      ['allowlists.unlisted-agents', { except: { agents: ['a'] } }],
      ['allowlists.unlisted-agents.a', { agents: ['a'], except: { tenants: ['t'] } }],
    ]);
  });

  it.each([
    ['allowlists: [{ actions: [x] }]', 'missing_key', 2, 14],
    ['allowlists: [{ agent: a }]', 'missing_key', 2, 14],
    ['allowlists: [{ agent: "a b", actions: [x] }]', 'bad_value', 2, 23],
    ['allowlists: [{ agent: a, actions: [] }]', 'empty_condition', 2, 35],
    ['allowlists: [{ agent: a, actions: [x] }, { agent: a, actions: [y] }]', 'duplicate_id', 2, 42],
    ['unlisted_agents: allow', 'bad_value', 2, 18],
  ])('%s is refused: %s', (text, code, line, column) => {
    expect(faultsOf(text)).toContainEqual([code, line, column]);
  });

  it('are refused twice for unlisted agents', () => {
    const file = (name: string) => ({ file: name, text: 'version: v1\nunlisted_agents: deny' });
    const result = loadPolicy([file('a.yaml'), file('b.yaml')]);
    expect(result).toMatchObject({ ok: false, errors: [{ file: 'b.yaml', code: 'duplicate_id' }] });
  });

  it('refuse an id that leaves no room for the names of their rules', () => {
    const text = `allowlists: [{ agent: ${'a'.repeat(97)}, actions: [x] }]`;
    expect(faultsOf(text)).toContainEqual(['bad_value', 2, 14]);
  });
});

describe('never_auto_approve (H11)', () => {
  it('is written as an approval that grants nothing and is marked in the audit', () => {
    expect(
      rulesOf('never_auto_approve: [{ id: money, actions: [pay], approval: { quorum: 2 } }]'),
    ).toMatchObject([
      {
        id: 'never_auto_approve.money.ask',
        decision: 'require_approval',
        match: { actions: ['pay'] },
        scope: 'no-grant',
        reason_code: 'never_auto_approve',
        approval: { quorum: 2 },
        obligations: ['audit'],
      },
    ]);
  });

  it('is lowered by no allow, no tier and no confidence', () => {
    const snapshot = aSnapshot(`
version: v1
rules: [{ id: free, match: { topics: [job.>] }, decision: allow }]
tiers: [{ id: t, topics: [job.>], actions: { pay: 0 } }]
matrix: [{ id: m }]
never_auto_approve: [{ id: money, actions: [pay] }]
`);
    const request = aRequest({ topic: 'job.shop.pay', details: { rationale: { confidence: 1 } } });
    expect(decide(snapshot, request)).toMatchObject({
      type: 'REQUIRE_APPROVAL',
      ruleIds: expect.arrayContaining(['free', 'tiers.t.tier0']) as string[],
      reasonCode: 'never_auto_approve',
      obligations: { audit: true },
    });
  });

  it('is refused without topics and actions', () => {
    expect(faultsOf('never_auto_approve: [{ id: money }]')).toContainEqual(['missing_key', 2, 22]);
  });
});
