import { describe, expect, it } from 'vitest';
import { aSnapshot } from '../testing/builders.js';
import { concerns, ownView, tellDetail } from './concerns.js';

const { rules } = aSnapshot(`{version: v1, rules: [
  {id: all, match: {topics: ['job.>']}, decision: allow},
  {id: mine, match: {tenants: [acme, secret-co]}, decision: deny},
  {id: but, match: {except: {tenants: [acme, secret-co], topics: ['job.a']}}, decision: deny},
  {id: other, match: {tenants: [secret-co]}, decision: deny}]}`);
const ruleOf = (id: string) => rules.find((rule) => rule.id === id)!;

describe('what a tenant sees of the policy', () => {
  it('is every rule that can be about its jobs', () => {
    expect(
      rules
        .filter((rule) => concerns(rule, 'acme'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['all', 'but', 'mine']);
    expect(rules.every((rule) => concerns(rule, undefined))).toBe(true);
  });

  it('names no other tenant', () => {
    const shown = rules.filter((rule) => concerns(rule, 'acme')).map((rule) => ownView(rule, 'acme'));
    expect(JSON.stringify(shown)).not.toContain('secret-co');
    expect(JSON.stringify(shown)).toContain('acme');
    expect(ownView(ruleOf('mine'), undefined)).toBe(ruleOf('mine'));
  });

  it('does not tell whom else a scope is about', () => {
    const scoped = { ...ruleOf('all'), scope: 'tenants=acme,secret-co default=deny' };
    expect(JSON.stringify(ownView(scoped, 'acme'))).not.toContain('secret-co');
    expect(ownView(scoped, undefined)).toHaveProperty('scope');
  });

  it('says of a condition no more than that it decided', () => {
    const detail = 'asks for one of the tenants acme, secret-co';
    expect(tellDetail(ruleOf('mine'), 'tenants', detail, 'acme')).not.toContain('secret-co');
    expect(tellDetail(ruleOf('but'), 'except', detail, 'acme')).not.toContain('secret-co');
    expect(tellDetail(ruleOf('mine'), 'tenants', detail, undefined)).toBe(detail);
    expect(tellDetail(ruleOf('all'), 'topics', 'asks for job.>', 'acme')).toBe('asks for job.>');
  });
});
