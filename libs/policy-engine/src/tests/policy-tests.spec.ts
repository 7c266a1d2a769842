import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../load/load-policy.js';
import { errorsOf } from '../testing/builders.js';
import { runPolicyTests } from './run-policy-tests.js';

const POLICY = `
version: v1
classify:
  - { id: c, match: { topics: [job.pay.card] }, add_tags: [financial] }
rules:
  - { id: free, match: { topics: [job.>] }, decision: allow }
  - id: limited
    match: { topics: [job.pay.>] }
    decision: allow_with_constraints
    constraints: { max_retries: 2, paths: { read: [a, b] } }
  - id: asked
    match: { topics: [job.pay.card] }
    when: job.params.amount > 500
    decision: require_approval
    approval: { quorum: 2, groups: [finance] }
  - id: by-day
    match: { topics: [job.day] }
    when: '!time.within("09:00-17:00", "UTC")'
    decision: deny
  - id: by-producer
    match: { topics: [job.own] }
    when: agent.producer != "p1"
    decision: deny
`;

const JOB = 'tenant_id: t, agent_id: a';

function resultsOf(tests: string) {
  const loaded = loadPolicy([{ file: 'policy.yaml', text: `${POLICY.trimStart()}tests:\n${tests}` }]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return runPolicyTests(loaded.snapshot, loaded.tests);
}
const resultOf = (test: string) => resultsOf(`  - { name: n, ${test} }`)[0];

describe('policy tests (P10)', () => {
  it.each([
    [`job: { topic: job.x, ${JOB} }, expect: { decision: allow, rule: free, reason_code: rule, tags: [] }`],
    [
      `job: { topic: job.pay.cash, ${JOB} }, expect: { decision: allow_with_constraints, constraints: { max_retries: 2 } }`,
    ],
    [
      `job: { topic: job.pay.card, ${JOB}, params: { amount: 900 } }, expect: { decision: require_approval, rule: asked, tags: [financial], obligations: { approval: { quorum: 2 } } }`,
    ],
    [`job: { topic: job.pay.card, ${JOB} }, expect: { decision: deny, reason_code: missing_input }`],
    [`job: { topic: job.day, ${JOB} }, now: 2026-11-20T10:00:00Z, expect: { decision: allow }`],
    [`job: { topic: job.day, ${JOB} }, now: 2026-11-20T17:00:00Z, expect: { decision: deny, rule: by-day }`],
    [`job: { topic: job.own, ${JOB} }, agent: { producer: p1 }, expect: { decision: allow }`],
    [`job: { topic: job.own, ${JOB} }, agent: { producer: p2 }, expect: { decision: deny }`],
  ])('pass: %s', (test) => {
    expect(resultOf(test)).toMatchObject({ passed: true, differences: [] });
  });

  it.each([
    [`job: { topic: job.x, ${JOB} }, expect: { decision: deny }`, 'decision', 'deny', 'allow'],
    [`job: { topic: job.x, ${JOB} }, expect: { decision: allow, rule: other }`, 'rule', 'other', 'free'],
    [
      `job: { topic: job.x, ${JOB} }, expect: { decision: allow, reason_code: no_match }`,
      'reason_code',
      'no_match',
      'rule',
    ],
    [`job: { topic: job.x, ${JOB} }, expect: { decision: allow, tags: [prod] }`, 'tags', ['prod'], []],
    [
      `job: { topic: job.x, ${JOB} }, expect: { decision: allow, constraints: { max_retries: 2 } }`,
      'constraints',
      { max_retries: 2 },
      {},
    ],
  ])('fail and say what differs: %s', (test, what, expected, got) => {
    expect(resultOf(test)).toMatchObject({ passed: false, differences: [{ what, expected, got }] });
  });

  it.each([
    ['{ max_retries: 3 }', false],
    ['{ max_retries: 2, max_runtime_sec: 3 }', false],
    ['{ paths: { read: [a] } }', false],
    ['{ paths: { read: [b, a] } }', false],
    ['{ paths: { read: [a, b] } }', true],
    ['{ paths: {} }', true],
    ['{ toString: {} }', false],
    ['[]', false],
    ['null', false],
  ])('compare constraints %s: %s', (constraints, passed) => {
    const result = resultOf(
      `job: { topic: job.pay.cash, ${JOB} }, expect: { decision: allow_with_constraints, constraints: ${constraints} }`,
    );
    expect(result?.passed).toBe(passed);
  });

  it('name file and line of each', () => {
    const test = `  - { name: one, job: { topic: job.x, ${JOB} }, expect: { decision: allow } }\n`;
    const lines = POLICY.trimStart().split('\n').length;
    expect(resultsOf(test + test.replace('one', 'two'))).toMatchObject([
      { name: 'one', file: 'policy.yaml', line: lines + 1, column: 5 },
      { name: 'two', file: 'policy.yaml', line: lines + 2, column: 5 },
    ]);
  });

  it.each([
    ['[]', 'empty_policy'],
    ['[{}]', 'missing_key'],
    [`[{ name: n, job: { topic: job.x, ${JOB} }, expect: {} }]`, 'missing_key'],
    [`[{ name: " ", job: { topic: job.x, ${JOB} }, expect: { decision: deny } }]`, 'bad_value'],
    ['[{ name: n, job: { topic: job.x, agent_id: a }, expect: { decision: deny } }]', 'missing_key'],
    [`[{ name: n, job: { topic: Job.x, ${JOB} }, expect: { decision: deny } }]`, 'bad_value'],
    [`[{ name: n, job: { topic: job.x, ${JOB}, param: {} }, expect: { decision: deny } }]`, 'unknown_key'],
    [
      `[{ name: n, job: { topic: job.x, ${JOB}, params: { a: .nan } }, expect: { decision: deny } }]`,
      'wrong_type',
    ],
    [`[{ name: n, job: { topic: job.x, ${JOB} }, expect: { decision: denied } }]`, 'unknown_decision'],
    [`[{ name: n, job: { topic: job.x, ${JOB} }, expect: { decision: deny, reason_code: x } }]`, 'bad_value'],
    [
      `[{ name: n, job: { topic: job.x, ${JOB} }, now: 2026-13-40T00:00:00Z, expect: { decision: deny } }]`,
      'bad_value',
    ],
    [`[{ name: n, job: { topic: job.x, ${JOB} }, skip: true, expect: { decision: deny } }]`, 'unknown_key'],
  ])('are refused if they are not as they should be: %s', (tests, code) => {
    const text = `version: v1\nrules: [{ id: r, decision: deny }]\ntests: ${tests}`;
    expect(errorsOf(text)).toContainEqual(expect.objectContaining({ code, line: 3 }));
  });
});
