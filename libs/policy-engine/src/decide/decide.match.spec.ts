import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../load/load-policy.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { decide } from './decide.js';
import type { PolicyRequest } from './policy-request.js';

const everything = { id: 'z-rest', match: { topics: ['>'] }, decision: 'allow' };
const answer = (rules: readonly object[], over: Partial<PolicyRequest> = {}) =>
  decide(aSnapshotOf([...rules, everything]), aRequest(over));
const denied = (match: object, over: Partial<PolicyRequest>) =>
  answer([{ id: 'deny', match, decision: 'deny' }], over).reason === 'Denied by rule deny.';

describe('an action', () => {
  it('is the job\u2019s own name, in any case, or the last token of its topic (P07)', () => {
    const match = { actions: ['refund', 'issue_*'] };
    expect(denied(match, { topic: 'job.pay.refund' })).toBe(true);
    expect(denied(match, { topic: 'job.pay.x', action: 'ReFund' })).toBe(true);
    expect(denied(match, { topic: 'job.pay.x', action: 'issue_credit' })).toBe(true);
    expect(denied(match, { topic: 'job.pay.x' })).toBe(false);
  });

  it.each(['ref\u200bund', 'r\u0435fund', 'refund ', '*', ''])('%j is refused (P08)', (action) => {
    expect(answer([], { action })).toMatchObject({ type: 'DENY', reasonCode: 'evaluation_error' });
  });
});

describe('a resource', () => {
  it('is compared in its normal form', () => {
    const match = { resources: ['github.com/acme/prod-*'] };
    expect(denied(match, { resource: 'git@GitHub.com:Acme/prod-api.git' })).toBe(true);
    expect(denied(match, { resource: 'github.com/acme/dev-api' })).toBe(false);
  });

  it('that could be read in two ways denies (P22)', () => {
    expect(answer([], { resource: 'github.com/acme/../x' })).toMatchObject({
      type: 'DENY',
      reasonCode: 'evaluation_error',
      reason: 'The policy could not be evaluated: the resource has a `..`.',
    });
  });
});

describe('what the job leaves out (P05, P14)', () => {
  it.each(['deny', 'require_approval'])('does not get it around a %s', (decision) => {
    for (const match of [
      { labels: { env: 'prod' } },
      { resources: ['x/**'] },
      { labels: { env: 'p' }, resources: ['x'] },
    ]) {
      expect(answer([{ id: 'a', match, decision }])).toMatchObject({
        type: 'DENY',
        reasonCode: 'missing_input',
        ruleIds: ['a', 'z-rest'],
        reason: 'Rule a asks for something that the job does not have.',
      });
    }
  });

  it('plays no part where anything else keeps the rule from matching', () => {
    const match = { topics: ['job.other.>'], labels: { env: 'prod' } };
    expect(answer([{ id: 'a', match, decision: 'deny' }]).type).toBe('ALLOW');
    const when = 'job.topic == "job.other"';
    expect(answer([{ id: 'a', match: { labels: { env: 'prod' } }, when, decision: 'deny' }]).type).toBe(
      'ALLOW',
    );
    const two = { labels: { env: 'prod', tier: '1' } };
    expect(answer([{ id: 'a', match: two, decision: 'deny' }], { labels: { env: 'dev' } }).type).toBe(
      'ALLOW',
    );
  });

  it('does not fit an allow, neither by its condition nor by its exception', () => {
    const alone = (match: object) =>
      decide(aSnapshotOf([{ id: 'a', match, decision: 'allow' }]), aRequest()).reasonCode;
    expect(alone({ labels: { env: 'prod' } })).toBe('no_match');
    expect(alone({ resources: ['**'] })).toBe('no_match');
    expect(alone({ topics: ['>'], except: { resources: ['prod/**'] } })).toBe('no_match');
    expect(denied({ except: { resources: ['dev/**'] } }, {})).toBe(true);
  });
});

describe('an exception', () => {
  it.each([
    [{ topics: ['job.mcp-bridge.read.*'] }],
    [{ tenants: ['default'] }],
    [{ agents: ['agent-1'] }],
    [{ actions: ['tick*'] }],
    [{ resources: ['x/**'] }],
  ])('of %j takes the job out of the rule', (except) => {
    expect(denied({ except }, { resource: 'x/y' })).toBe(false);
    expect(denied({ except }, { topic: 'job.o.p', tenantId: 't', agentId: 'b', resource: 'y' })).toBe(true);
  });
});

it('a capability that is not listed is outside', () => {
  expect(denied({ capabilities_outside: ['a', 'b'] }, { capabilities: ['a', 'c'] })).toBe(true);
  expect(denied({ capabilities_outside: ['a', 'b'] }, { capabilities: ['a'] })).toBe(false);
  expect(denied({ capabilities_outside: ['a', 'b'] }, {})).toBe(false);
});

describe('a condition', () => {
  const rule = (decision: string, when: unknown) => ({ id: 'a', match: { topics: ['>'] }, decision, when });

  it.each(['allow', 'deny', 'require_approval'])(
    'without an answer denies, also in an %s (P05)',
    (decision) => {
      expect(answer([rule(decision, 'job.params.amount > 500')])).toMatchObject({
        type: 'DENY',
        reasonCode: 'missing_input',
        ruleIds: ['a', 'z-rest'],
      });
      const typed = answer([rule(decision, 'job.params.amount > 500')], { params: { amount: '$900' } });
      expect(typed).toMatchObject({ type: 'DENY', reasonCode: 'type_error' });
      expect(typed.reason).not.toContain('900');
    },
  );

  it('of several must all hold; one that does not hold settles it', () => {
    expect(
      answer([rule('deny', ['job.params.a == 1', 'job.params.b == 2'])], { params: { b: 3 } }).type,
    ).toBe('ALLOW');
    expect(
      answer([rule('deny', ['job.params.a == 1', 'job.params.b == 2'])], { params: { a: 1, b: 2 } }).type,
    ).toBe('DENY');
  });

  it('is not looked at in a rule that does not match', () => {
    const other = { ...rule('deny', 'job.params.amount > 500'), match: { topics: ['job.other'] } };
    expect(answer([other], { params: { amount: Number.NaN } }).type).toBe('ALLOW');
  });

  it('sees derived tags in rules, and only claimed ones in classify', () => {
    const snapshot = aSnapshotOf(
      [{ ...rule('deny', '"big" in job.risk_tags') }, everything],
      [
        {
          id: 'c',
          match: { topics: ['>'] },
          when: 'job.params.n > 9 && !("big" in job.risk_tags)',
          add_tags: ['big'],
        },
      ],
    );
    expect(decide(snapshot, aRequest({ params: { n: 10 } }))).toMatchObject({
      type: 'DENY',
      derivedTags: ['big'],
    });
    expect(decide(snapshot, aRequest({ params: { n: 1 } })).type).toBe('ALLOW');
    expect(decide(snapshot, aRequest())).toMatchObject({
      type: 'DENY',
      reasonCode: 'missing_input',
      reason: 'Classify rule c asks for something that the job does not have.',
    });
  });
});

describe('a scope', () => {
  const load = (...texts: string[]) => {
    const result = loadPolicy(
      texts.map((text, at) => ({ file: `${at}.yaml`, text: `version: v1\n${text}` })),
    );
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    return result.snapshot;
  };
  const allowAll = 'rules: [{ id: all, match: { topics: [">"] }, decision: allow }]';
  const scoped = (byDefault: string, rule: string) =>
    `scope: { agents: [agent-1] }\ndefault: ${byDefault}\nrules: [${rule}]`;
  const reads = '{ id: reads, match: { topics: ["job.*.read.>"] }, decision: allow }';

  it('never grants', () => {
    expect(decide(load(scoped('inherit', reads)), aRequest())).toMatchObject({
      reasonCode: 'no_match',
      ruleIds: ['reads'],
    });
    expect(decide(load(allowAll, scoped('inherit', reads)), aRequest()).type).toBe('ALLOW');
  });

  it('that denies by default lists what is allowed, for whom it concerns', () => {
    const snapshot = load(allowAll, scoped('deny', reads));
    expect(decide(snapshot, aRequest()).type).toBe('ALLOW');
    expect(decide(snapshot, aRequest({ topic: 'job.x.write' }))).toMatchObject({
      type: 'DENY',
      reasonCode: 'not_in_scope',
    });
    expect(decide(snapshot, aRequest({ topic: 'job.x.write', agentId: 'other' })).type).toBe('ALLOW');
  });

  it('tightens', () => {
    const snapshot = load(allowAll, scoped('inherit', '{ id: no, decision: deny }'));
    expect(decide(snapshot, aRequest()).type).toBe('DENY');
    expect(decide(snapshot, aRequest({ agentId: 'other' })).type).toBe('ALLOW');
  });
});

describe('obligations', () => {
  const approval = (id: string, terms: object) => ({
    id,
    match: { topics: ['>'] },
    decision: 'require_approval',
    approval: terms,
  });

  it('of all rules are united', () => {
    const rules = [
      { id: 'a', match: { topics: ['>'] }, decision: 'allow', obligations: ['rollback', 'audit'] },
      { id: 'b', match: { topics: ['>'] }, decision: 'allow', obligations: ['audit', 'notify'] },
    ];
    expect(answer(rules).obligations).toEqual({ audit: true, rollback: true, notify: true });
  });

  it('of a denial are only that somebody is told', () => {
    const rules = [
      { id: 'a', match: { topics: ['>'] }, decision: 'allow', obligations: ['rollback'] },
      { id: 'b', match: { topics: ['>'] }, decision: 'deny', obligations: ['notify'] },
    ];
    expect(answer(rules).obligations).toEqual({ notify: true });
  });

  it('to ask are confirmed if one rule says so, and escalate to whom all rules let answer', () => {
    const merged = (...terms: object[]) =>
      answer(terms.map((t, at) => approval(`r${at}`, t))).obligations.approval;
    expect(
      merged(
        { groups: ['a'], confirm: true, escalate_after: '2m', escalate_to: ['b', 'c'] },
        { groups: ['a', 'b'], escalate_after: '1m', escalate_to: ['d'], ttl: '10m' },
      ),
    ).toEqual({
      quorum: 1,
      groups: ['a'],
      ttl_sec: 300,
      confirm: true,
      escalate_after_sec: 60,
      escalate_to: ['b'],
    });
    expect(merged({ groups: ['a'], escalate_after: '1m', escalate_to: ['b'] }, { groups: ['a'] })).toEqual({
      quorum: 1,
      groups: ['a'],
      ttl_sec: 300,
    });
    expect(merged({ escalate_after: '1m', escalate_to: ['b'] }, {})).toMatchObject({ escalate_to: ['b'] });
  });
});
