import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../load/load-policy.js';
import { aRequest } from '../testing/builders.js';
import { decide } from './decide.js';

const JOB = aRequest({ tenantId: 'acme', agentId: 'agent-1', topic: 'job.pay.refund' });
const WIDE = { id: 'wide', decision: 'allow', match: { topics: ['job.pay.*'] } };
const OTHER = { id: 'other', decision: 'allow', match: { topics: ['job.db.*'] } };

/** The decision under one file for everybody and one with a scope. */
function decided(wide: object, scope: object, scoped: object, byDefault?: string) {
  const files = [
    { version: 'v1', rules: [wide] },
    { version: 'v1', scope, rules: [scoped], ...(byDefault && { default: byDefault }) },
  ];
  const loaded = loadPolicy(files.map((file, at) => ({ file: `${at}.yaml`, text: JSON.stringify(file) })));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return decide(loaded.snapshot, JOB);
}

describe('a file with a scope', () => {
  it('never grants: without a rule outside of it the job is denied', () => {
    expect(decided(OTHER, { tenants: ['acme'] }, { ...WIDE, id: 'scoped' })).toMatchObject({
      type: 'DENY',
      reason: 'No rule matches the request.',
      reasonCode: 'no_match',
      ruleIds: ['scoped'],
    });
  });

  it('adds to what a rule outside of it grants', () => {
    const scoped = { ...WIDE, id: 'scoped', decision: 'throttle', throttle: { rate: '1/day' } };
    expect(decided(WIDE, { tenants: ['acme'] }, scoped)).toMatchObject({
      type: 'THROTTLE',
      ruleIds: ['scoped', 'wide'],
    });
  });

  it('that denies by default is a list of what is allowed', () => {
    expect(decided(WIDE, { tenants: ['acme'] }, OTHER, 'deny')).toMatchObject({
      type: 'DENY',
      reason: 'No rule of the scope matches.',
      reasonCode: 'not_in_scope',
      ruleIds: ['wide'],
    });
    expect(decided(WIDE, { tenants: ['acme'] }, { ...WIDE, id: 'scoped' }, 'deny').type).toBe('ALLOW');
    expect(decided(WIDE, { tenants: ['acme'] }, OTHER, 'inherit').type).toBe('ALLOW');
  });

  it.each([{ tenants: ['beta'] }, { agents: ['agent-2'] }, { tenants: ['acme'], agents: ['agent-2'] }])(
    'says nothing of a job that it is not about: %j',
    (scope) => {
      expect(decided(WIDE, scope, OTHER, 'deny').type).toBe('ALLOW');
    },
  );

  it.each([{ agents: ['agent-1'] }, { tenants: ['acme'], agents: ['agent-1'] }])(
    'is about a job when all that it names are the job’s: %j',
    (scope) => {
      expect(decided(WIDE, scope, OTHER, 'deny').reasonCode).toBe('not_in_scope');
    },
  );
});

describe('rules without an answer', () => {
  it('are told by the strictest, and by id among equals, once', () => {
    const rule = (id: string, decision: string, more: object) => ({
      id,
      decision,
      match: { topics: ['job.>'] },
      ...more,
    });
    const loaded = loadPolicy([
      {
        file: 'a.yaml',
        text: JSON.stringify({
          version: 'v1',
          rules: [
            rule('a', 'allow', { when: 'job.params.x' }),
            rule('b', 'require_approval', { when: 'job.params.y' }),
            rule('c', 'require_approval', { match: { labels: { env: 'prod' } } }),
            rule('d', 'allow', {}),
          ],
        }),
      },
    ]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    expect(decide(loaded.snapshot, JOB)).toMatchObject({
      type: 'DENY',
      reasonCode: 'missing_input',
      ruleIds: ['b', 'd'],
    });
  });
});
