import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const POLICY = `version: v1
rules:
  - { id: pay, match: { topics: [job.pay.*] }, decision: allow }
  - { id: big, match: { topics: [job.pay.*] }, when: job.params.amount > 500, decision: require_approval }
tests:
  - name: small amounts pass
    job: { topic: job.pay.card, tenant_id: acme, agent_id: a, params: { amount: 5 } }
    expect: { decision: allow, rule: pay }
`;
const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'good.yaml': POLICY,
    'failing.yaml': `${POLICY}  - name: big amounts pass
    job: { topic: job.pay.card, tenant_id: acme, agent_id: a, params: { amount: 900 } }
    expect: { decision: allow, rule: pay }
`,
    'untested.yaml': POLICY.slice(0, POLICY.indexOf('tests:')),
    'broken.yaml': 'version: v2\n',
  }),
);
afterAll(() => folder.remove());

describe('policy test (P10)', () => {
  it('exits 0 when all pass', async () => {
    const { code, out } = await folder.run(['policy', 'test', 'good.yaml']);
    expect(code).toBe(0);
    expect(out).toMatch(/^good.yaml: 2 rules, 1 test, sha256:.*\ngood.yaml: all tests pass\n$/);
  });

  it('names what failed, with what was expected and what came, and exits 2', async () => {
    const { code, out } = await folder.run(['policy', 'test', 'good.yaml', 'failing.yaml']);
    expect(code).toBe(2);
    expect(out.split('\n').slice(3)).toEqual([
      'failing.yaml:9:5: failed: big amounts pass',
      '  decision: expected "allow", got "require_approval"',
      '  rule: expected "pay", got "big"',
      '  because: Rule big requires an approval.',
      'failing.yaml: 1 of 2 tests failed',
      '',
    ]);
  });

  it('says of a bundle without tests that it has none', async () => {
    const { code, out } = await folder.run(['policy', 'test', 'untested.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('untested.yaml: the bundle has no tests\n');
  });

  it('exits 2 on a bundle with errors', async () => {
    const { code, out } = await folder.run(['policy', 'test', 'broken.yaml']);
    expect(code).toBe(2);
    expect(out).toContain('broken.yaml:1:10: error unsupported_version');
  });

  it('tells programs the same', async () => {
    const { code, out } = await folder.run(['policy', 'test', '--json', 'failing.yaml']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      bundles: [
        {
          bundle: 'failing.yaml',
          ok: false,
          passed: 1,
          failed: [
            {
              name: 'big amounts pass',
              line: 9,
              differences: [
                { what: 'decision', expected: 'allow', got: 'require_approval' },
                { what: 'rule', expected: 'pay', got: 'big' },
              ],
            },
          ],
        },
      ],
    });
  });
});
