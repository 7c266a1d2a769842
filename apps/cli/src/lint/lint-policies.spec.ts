import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'good/policy.yaml': `version: v1
policy_id: pay
policy_version: 2.0.0
include: [more/refunds.yaml]
rules:
  - { id: pay, match: { topics: [job.pay.*] }, decision: allow }
`,
    'good/more/refunds.yaml': `version: v1
rules:
  - { id: refund, match: { topics: [job.refund.*] }, decision: require_approval }
`,
    'bad/policy.yaml': `version: v1
rules:
  - id: pay
    match: { topics: [job.pay.*], topcis: [job.pay.*] }
    decision: allow
  - id: refund
    match: { topics: [job.refund.*] }
    decision: alow
`,
    'loose.yaml': `version: v1
rules:
  - { id: reading, match: { topics: [job.read.*], risk_tags: [] }, decision: allow }
`,
  }),
);
afterAll(() => folder.remove());

describe('policy lint (P10)', () => {
  it('reads a folder as one bundle and tells what it is', async () => {
    const { code, out, err } = await folder.run(['policy', 'lint', 'good']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^good: 2 rules, 0 tests, sha256:[0-9a-f]{64}\n$/);
  });

  it('names errors like a compiler and exits 2', async () => {
    expect(await folder.run(['policy', 'lint', 'bad'])).toEqual({
      code: 2,
      out: `bad/policy.yaml:4:35: error unknown_key: match has no "topcis"; did you mean topics?; known: topics, tenants, agents, actions, resources, capabilities, capabilities_outside, labels, risk_tags, except
bad/policy.yaml:8:15: error unknown_decision: decision can't be "alow"; did you mean allow?; known: allow, allow_with_constraints, throttle, require_approval, deny
2 errors, 0 warnings
`,
      err: '',
    });
  });

  it('exits 0 on warnings, and 2 with --strict', async () => {
    const lax = await folder.run(['policy', 'lint', 'loose.yaml']);
    expect(lax.code).toBe(0);
    expect(lax.out).toContain('loose.yaml:3:51: warning rests_on_absent_client_tag: ');
    expect(await folder.run(['policy', 'lint', '--strict', 'loose.yaml'])).toEqual({ ...lax, code: 2 });
  });

  it('checks each argument as a bundle of its own', async () => {
    const { code, out } = await folder.run(['policy', 'lint', '--json', 'good', 'bad', 'loose.yaml']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      bundles: [
        {
          bundle: 'good',
          ok: true,
          policy_id: 'pay',
          policy_version: '2.0.0',
          rules: 2,
          errors: [],
          warnings: [],
        },
        {
          bundle: 'bad',
          ok: false,
          errors: [
            { file: 'bad/policy.yaml', line: 4, column: 35, code: 'unknown_key' },
            { file: 'bad/policy.yaml', line: 8, column: 15, code: 'unknown_decision' },
          ],
        },
        { bundle: 'loose.yaml', ok: true, warnings: [{ code: 'rests_on_absent_client_tag' }] },
      ],
    });
  });

  it('lets no name of a file move the cursor', async () => {
    folder.write({ 'odd/a\u001b[2Jb\u202ec.yaml': 'version: v1\n' });
    const { code, out } = await folder.run(['policy', 'lint', 'odd']);
    expect(code).toBe(2);
    expect(out).toContain('odd/a\u{FFFD}[2Jb\u{FFFD}c.yaml:1:1: error empty_policy');
  });
});
