import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../decide/decide.js';
import { withScannedInput } from '../input/scan-input.js';
import { loadPolicy } from '../load/load-policy.js';
import { drawFrom } from '../proofs/draw-from.js';
import { GUARD_MS, POLICIES } from '../proofs/guard.js';
import { snapshotOf } from '../proofs/load-files.js';
import { randomPolicy } from '../proofs/random-policy.js';
import { randomRequest } from '../proofs/random-request.js';
import { aRequest, aSnapshot, aSnapshotOf } from '../testing/builders.js';
import { explain } from './explain.js';
import type { ExplainedRule } from './explanation.js';

const JOB = aRequest({
  topic: 'job.pay.refund',
  tenantId: 'acme',
  agentId: 'agent-1',
  riskTags: ['prod'],
  capabilities: ['payments'],
  labels: { env: 'prod' },
  params: { amount: 900 },
  resource: 'github.com/acme/web',
});
const REST = { id: 'rest', match: { topics: ['job.>'] }, decision: 'allow' };

/** What is told of one rule beside one that allows everything. */
function explained(rule: object): ExplainedRule | undefined {
  return explain(aSnapshotOf([{ id: 'r', decision: 'deny', ...rule }, REST]), JOB).rules.find(
    ({ ruleId }) => ruleId === 'r',
  );
}

describe('an explanation (P12)', () => {
  it.each([
    ['topics', { topics: ['job.db.*'] }, 'asks for one of the topics job.db.*'],
    ['tenants', { tenants: ['beta', 'gamma'] }, 'asks for one of the tenants beta, gamma'],
    ['agents', { agents: ['agent-2'] }, 'asks for one of the agents agent-2'],
    ['actions', { actions: ['issue_*'] }, 'asks for one of the actions issue_*'],
    ['resources', { resources: ['github.com/beta/**'] }, 'asks for one of the resources github.com/beta/**'],
    ['capabilities', { capabilities: ['shell'] }, 'asks for one of the capabilities shell'],
    [
      'capabilities_outside',
      { capabilities_outside: ['payments'] },
      'asks for a capability other than payments',
    ],
    ['labels', { labels: { env: 'dev', team: 'red' } }, 'asks for the label env=dev and the label team=red'],
    ['risk_tags', { risk_tags: [] }, 'asks for no tag at all'],
    ['risk_tags', { risk_tags: ['bulk'] }, 'asks for one of the tags bulk'],
    [
      'risk_tags',
      { risk_tags: { all: ['prod', 'bulk'], none: ['financial'] } },
      'asks for all of the tags bulk, prod and none of the tags financial',
    ],
    [
      'except',
      { except: { agents: ['agent-1'], topics: ['job.db.>'] }, topics: ['job.>'] },
      'makes an exception for the topics job.db.>, and for the agents agent-1',
    ],
  ])('names %s as what failed', (condition, match, detail) => {
    expect(explained({ match })).toEqual({
      ruleId: 'r',
      decision: 'deny',
      matched: false,
      failed: { condition, detail },
    });
  });

  it('names the expression that does not hold, by what it says and not by what it saw', () => {
    expect(explained({ when: ['true', 'job.params.amount > 1000'] })).toMatchObject({
      failed: { condition: 'when', detail: 'asks that job.params.amount > 1000' },
    });
  });

  it('names the first condition that failed, in the order of the documentation', () => {
    const match = { agents: ['agent-2'], tenants: ['beta'], labels: { env: 'dev' }, risk_tags: ['bulk'] };
    expect(explained({ match, when: 'false' })).toMatchObject({ failed: { condition: 'tenants' } });
  });

  it('counts what a long list has besides its first six names', () => {
    const tenants = Array.from({ length: 9 }, (_, at) => `t${at}`);
    expect(explained({ match: { tenants } })).toMatchObject({
      failed: { detail: 'asks for one of the tenants t0, t1, t2, t3, t4, t5 and 3 more' },
    });
  });

  it('says of a rule that it has no answer, and why', () => {
    expect(explained({ match: { labels: { team: 'red' } } })).toEqual({
      ruleId: 'r',
      decision: 'deny',
      matched: false,
      fault: 'missing_input',
      detail: 'asks for the label team=red',
    });
    expect(explained({ when: 'job.params.none > 1' })).toMatchObject({
      fault: 'missing_input',
      detail: 'has a condition without an answer',
    });
    expect(explained({ when: 'job.params.amount > "x"' })).toMatchObject({ fault: 'type_error' });
  });

  it('tells which classify rules gave which tags, and what the others lacked', () => {
    const snapshot = aSnapshotOf(
      [REST],
      [
        { id: 'a', match: { topic_tokens: ['ref*'] }, add_tags: ['bulk', 'financial'] },
        { id: 'b', match: { topics: ['job.db.>'] }, add_tags: ['prod'] },
        { id: 'c', match: { topic_tokens: ['drop*', 'delete'] }, add_tags: ['prod'] },
        { id: 'd', match: { params_contain: ['rm_recursive'] }, add_tags: ['prod'] },
        { id: 'e', match: { topics: ['job.>'] }, when: 'job.params.amount < 5', add_tags: ['prod'] },
      ],
    );
    expect(explain(snapshot, JOB).classify).toEqual([
      { ruleId: 'a', tags: ['bulk', 'financial'], matched: true },
      failedClassify('b', 'topics', 'asks for one of the topics job.db.>'),
      failedClassify('c', 'topic_tokens', 'asks for a part of the topic like delete, drop*'),
      failedClassify('d', 'params_contain', 'asks for params with one of rm_recursive'),
      failedClassify('e', 'when', 'asks that job.params.amount < 5'),
    ]);
  });

  it('tells nothing of rules when the tags are not known', () => {
    const classify = [{ id: 'c', match: { topics: ['job.>'] }, when: 'job.params.none', add_tags: ['prod'] }];
    const explanation = explain(aSnapshotOf([REST], classify), JOB);
    expect(explanation.rules).toEqual([]);
    expect(explanation.classify).toEqual([
      {
        ruleId: 'c',
        tags: ['prod'],
        matched: false,
        fault: 'missing_input',
        detail: 'has a condition without an answer',
      },
    ]);
    expect(explanation.decision).toMatchObject({ type: 'DENY', reasonCode: 'missing_input' });
  });

  it('tells which scopes the job is in, and which of their rules matched', () => {
    const loaded = loadPolicy([
      { file: 'a.yaml', text: JSON.stringify({ version: 'v1', rules: [REST] }) },
      {
        file: 'b.yaml',
        text: JSON.stringify({
          version: 'v1',
          scope: { tenants: ['acme'] },
          default: 'deny',
          rules: [
            { id: 's1', decision: 'allow', match: { topics: ['job.pay.*'] } },
            { id: 's2', decision: 'allow', match: { topics: ['job.db.*'] } },
          ],
        }),
      },
      {
        file: 'c.yaml',
        text: JSON.stringify({
          version: 'v1',
          scope: { agents: ['agent-2'] },
          rules: [{ id: 't', decision: 'deny' }],
        }),
      },
    ]);
    if (!loaded.ok) throw new Error('refused');
    const { scopes, rules } = explain(loaded.snapshot, JOB);
    expect(scopes).toEqual([
      { id: 'agents=agent-2', default: 'inherit', concerned: false, matched: [] },
      { id: 'tenants=acme default=deny', default: 'deny', concerned: true, matched: ['s1'] },
    ]);
    expect(rules.find(({ ruleId }) => ruleId === 't')).toEqual({
      ruleId: 't',
      decision: 'deny',
      scope: 'agents=agent-2',
      matched: false,
      failed: { condition: 'agents', detail: 'asks for one of the agents agent-2' },
    });
  });

  it('of a request that is none is the denial alone', () => {
    const explanation = explain(aSnapshotOf([REST]), aRequest({ topic: 'job.Pay' }));
    expect(explanation).toMatchObject({ rules: [], classify: [], scopes: [], decision: { type: 'DENY' } });
  });

  it('shows the rules that a short form came to', () => {
    const snapshot = aSnapshot(
      `{version: v1, rules: [${JSON.stringify(REST)}], blacklist: [{id: no-refunds, topics: ['job.>'], actions: [refund]}]}`,
    );
    expect(explain(snapshot, JOB).rules).toContainEqual(
      expect.objectContaining({
        ruleId: expect.stringMatching(/^blacklist\.no-refunds/) as string,
        matched: true,
      }),
    );
  });
});

describe('an explanation of what a job was given (O6, P12)', () => {
  const snapshot = aSnapshot(
    `{version: v1, rules: [${JSON.stringify(REST)}], input: {rules: [
      {id: elsewhere, action: deny, match: {topics: [job.mail.>]}},
      {id: mails, action: hold, match: {kinds: [pii]}, approval: {ttl: 1h}},
      {id: keys, action: deny, match: {kinds: [secret], severities: [critical]}}]}}`,
  );
  const { input } = withScannedInput(snapshot, { ...JOB, params: { to: 'ann@northwind.io' } });

  it('names every rule about it, the strictest first, and what kept the others from matching', () => {
    expect(explain(snapshot, { ...JOB, ...(input && { input }) }).inputs).toEqual([
      {
        ruleId: 'elsewhere',
        action: 'deny',
        matched: false,
        failed: { condition: 'topics', detail: 'asks for one of the topics job.mail.>' },
      },
      {
        ruleId: 'keys',
        action: 'deny',
        matched: false,
        failed: {
          condition: 'findings',
          detail: 'asks for a finding of the kinds secret of the severities critical',
        },
      },
      { ruleId: 'mails', action: 'hold', matched: true },
    ]);
  });
});

describe('an explanation of a random decision (P12)', { timeout: GUARD_MS }, () => {
  it('is of the same decision, names every rule in order, and matches where the decision says so', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const snapshot = snapshotOf(randomPolicy(draw, { rules: 5, conditions: 25 }));
        for (let count = 0; count < 5; count++) {
          const request = randomRequest(draw);
          const { decision, rules, inputs } = explain(snapshot, request);
          expect(decision).toEqual(decide(snapshot, request));
          if (rules.length === 0) continue;
          expect(rules.map(({ ruleId }) => ruleId)).toEqual(snapshot.rules.map(({ id }) => id));
          const told = rules.filter((rule) => rule.matched || 'fault' in rule);
          const matched = [...told, ...inputs.filter((rule) => rule.matched)].map(({ ruleId }) => ruleId);
          for (const id of decision.ruleIds) expect(matched).toContain(id);
          const certain = rules.filter((rule) => rule.matched).map(({ ruleId }) => ruleId);
          for (const id of certain) expect(decision.ruleIds).toContain(id);
        }
      }),
      { numRuns: POLICIES, endOnFailure: true },
    );
  });

  it('names a condition without which the rule gets further: to a later condition, or to a match', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const snapshot = snapshotOf(randomPolicy(draw, { rules: 5, conditions: 25 }));
        const request = randomRequest(draw);
        for (const [at, told] of explain(snapshot, request).rules.entries()) {
          if (told.matched || !('failed' in told) || told.failed.condition === 'when') continue;
          const { condition } = told.failed;
          const rules = snapshot.rules.map((rule, position) =>
            position === at ? { ...rule, match: { ...rule.match, [condition]: undefined } } : rule,
          );
          const again = explain({ ...snapshot, rules }, request).rules[at];
          const next = again && 'failed' in again ? ORDER.indexOf(again.failed.condition) : ORDER.length;
          expect(next).toBeGreaterThan(ORDER.indexOf(condition));
        }
      }),
      { numRuns: POLICIES, endOnFailure: true },
    );
  });
});

const ORDER = [
  'topics',
  'tenants',
  'agents',
  'actions',
  'resources',
  'capabilities',
  'capabilities_outside',
  'labels',
  'risk_tags',
  'except',
  'when',
];

function failedClassify(ruleId: string, condition: string, detail: string) {
  return { ruleId, tags: ['prod'], matched: false, failed: { condition, detail } };
}
