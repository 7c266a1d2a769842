import { describe, expect, it } from 'vitest';
import type { ApprovalTerms, PolicyRule } from '../policy-rule.js';
import { intersectLists, meetHosts, meetPaths } from './intersect-lists.js';
import { constraintsOf } from './merge-constraints.js';
import { mergeObligations, obligationsOfDenial } from './merge-obligations.js';

const asking = (terms: Partial<ApprovalTerms>, id = 'r'): PolicyRule => ({
  id,
  decision: 'require_approval',
  match: {},
  approval: { quorum: 1, groups: [], ttl_sec: 300, ...terms },
});
const merged = (...terms: Partial<ApprovalTerms>[]) =>
  mergeObligations(terms.map((one) => asking(one))).approval;

describe('the approvals of several rules', () => {
  it('are by the most people in the shortest time', () => {
    expect(merged({ quorum: 1, ttl_sec: 60 }, { quorum: 3, ttl_sec: 600 })).toEqual({
      quorum: 3,
      groups: [],
      ttl_sec: 60,
    });
  });

  it('are by the groups that all name, sorted, and anybody counts as no group at all', () => {
    expect(merged({ groups: ['b', 'a', 'c'] }, { groups: ['c', 'b'] }, {})?.groups).toEqual(['b', 'c']);
    expect(merged({ groups: ['z', 'a'] })?.groups).toEqual(['a', 'z']);
  });

  it('can not be given when no group may speak for all', () => {
    expect(() => merged({ groups: ['a'] }, { groups: ['b'] })).toThrow(
      'matching rules ask for approval by groups that have none in common',
    );
  });

  it('ask for a typed confirmation as soon as one does', () => {
    expect(merged({ confirm: true }, {})?.confirm).toBe(true);
    expect(merged({}, {})).not.toHaveProperty('confirm');
  });

  it('go to whoever any rule names for later, when nobody is named for now', () => {
    expect(
      merged(
        { escalate_after_sec: 60, escalate_to: ['leads', 'cfo'] },
        { escalate_after_sec: 30, escalate_to: ['cfo', 'board'] },
        {},
      ),
    ).toMatchObject({ escalate_after_sec: 30, escalate_to: ['board', 'cfo', 'leads'] });
  });

  it('go later only to those whom every rule with groups takes at some time', () => {
    const first = { groups: ['a', 'b'], escalate_after_sec: 60, escalate_to: ['c'] };
    expect(merged(first, { groups: ['a', 'c'] })).toMatchObject({ groups: ['a'], escalate_to: ['c'] });
    expect(merged(first, { groups: ['a'] })).not.toHaveProperty('escalate_to');
    expect(merged(first)).toMatchObject({ groups: ['a', 'b'], escalate_after_sec: 60, escalate_to: ['c'] });
    expect(merged({ groups: ['a'] })).not.toHaveProperty('escalate_after_sec');
  });
});

describe('the rates of several rules', () => {
  const limiting = (id: string, on_excess: 'hold' | 'reject'): PolicyRule => ({
    id,
    decision: 'throttle',
    match: {},
    throttle: { limit: 5, window_sec: 60, key: 'agent', burst: 2, on_excess },
  });
  const limit = (rule_id: string) => ({ rule_id, limit: 5, window_sec: 60, key: 'agent', burst: 2 });

  it('all hold, by id, and excess is refused as soon as one refuses it', () => {
    const rules = [limiting('c', 'hold'), limiting('a', 'reject'), limiting('b', 'hold'), asking({})];
    expect(mergeObligations(rules).throttle).toEqual({
      on_excess: 'reject',
      limits: ['a', 'b', 'c'].map(limit),
    });
    expect(mergeObligations([limiting('c', 'hold')]).throttle).toEqual({
      on_excess: 'hold',
      limits: [limit('c')],
    });
  });

  it('are none when no rule has one', () => {
    expect(mergeObligations([{ id: 'a', decision: 'allow', match: {} }])).toEqual({});
  });
});

describe('what else must happen', () => {
  const rule: PolicyRule = { id: 'a', decision: 'allow', match: {}, obligations: ['audit', 'notify'] };

  it('is what any rule asks for', () => {
    expect(mergeObligations([rule, { ...rule, obligations: ['rollback'] }])).toEqual({
      audit: true,
      notify: true,
      rollback: true,
    });
  });

  it('is of a denial only that somebody is told', () => {
    expect(obligationsOfDenial([rule])).toEqual({ notify: true });
    expect(obligationsOfDenial([{ ...rule, obligations: ['audit'] }])).toEqual({});
    expect(obligationsOfDenial([])).toEqual({});
  });
});

describe('what two entries of an allow list have in common', () => {
  it.each([
    ['/work', '/work/a', '/work/a'],
    ['/work', '/workshop', undefined],
    ['/', '/work', '/work'],
    ['.', 'a/b', 'a/b'],
    ['.', '/a', undefined],
    ['.', '.', '.'],
    ['a', 'a/b', 'a/b'],
    ['a', 'ab', undefined],
    ['/work', '/work', '/work'],
  ])('is, of the paths %s and %s: %s', (left, right, both) => {
    expect(meetPaths(left, right)).toBe(both);
    expect(meetPaths(right, left)).toBe(both);
  });

  it.each([
    ['*.bank.example', 'api.bank.example', 'api.bank.example'],
    ['*.bank.example', 'bank.example', undefined],
    ['*.bank.example', 'evilbank.example', undefined],
    ['*.bank.example', '*.pay.bank.example', '*.pay.bank.example'],
    ['api.example:443', 'api.example', 'api.example:443'],
    ['api.example:443', 'api.example:80', undefined],
    ['api.example:443', 'api.example:443', 'api.example:443'],
    ['*.example:443', 'api.example', 'api.example:443'],
    ['a.example', 'b.example', undefined],
  ])('is, of the hosts %s and %s: %s', (left, right, both) => {
    expect(meetHosts(left, right)).toBe(both);
    expect(meetHosts(right, left)).toBe(both);
  });

  it('is listed once and sorted', () => {
    expect(intersectLists(['/b', '/a', '/'], ['/', '/a'], meetPaths)).toEqual(['/', '/a', '/b']);
  });

  it('of two values of one variable is nothing', () => {
    const setting = (value: string): PolicyRule => ({
      id: value,
      decision: 'allow_with_constraints',
      match: {},
      constraints: { env: { REGION: value } },
    });
    expect(() => constraintsOf([setting('eu'), setting('us')])).toThrow(
      'matching rules set the environment variable REGION to different values',
    );
  });
});
