import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../load/load-policy.js';
import { printPolicy } from '../print/print-policy.js';
import { exampleBundles, repositoryText } from '../testing/example-files.js';
import { runPolicyTests } from './run-policy-tests.js';

describe.each(exampleBundles())('the example $name (P10)', ({ sources }) => {
  const loaded = loadPolicy(sources);

  it('loads, without a warning', () => {
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
  });

  it('prints as plain rules that compile to the same set', () => {
    if (!loaded.ok) throw new Error('refused');
    const again = loadPolicy(printPolicy(loaded.snapshot));
    expect(again.ok ? again.snapshot.hash : again.errors).toBe(loaded.snapshot.hash);
  });

  it('has tests, and passes them', () => {
    if (!loaded.ok) throw new Error('refused');
    expect(loaded.tests.length).toBeGreaterThan(3);
    const results = runPolicyTests(loaded.snapshot, loaded.tests);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('fails a test that expects something else', () => {
    if (!loaded.ok) throw new Error('refused');
    const wrong = loaded.tests.map((test) => ({
      ...test,
      expect: { decision: test.expect.decision === 'deny' ? ('allow' as const) : ('deny' as const) },
    }));
    expect(runPolicyTests(loaded.snapshot, wrong).every(({ passed }) => !passed)).toBe(true);
  });
});

describe('the description of the language', () => {
  const text = repositoryText('docs/policy-language.md');
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);

  it('has a block for each part', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(9);
  });

  it.each(blocks)('loads as it stands there: %s', (block) => {
    const whole = /^version:/m.test(block) ? block : `version: v1\n${block}`;
    const sets = /^sets:/m.test(block) ? {} : { sets: { payment_topics: ['job.pay.*', 'job.refund.*'] } };
    const filler = {
      version: 'v1',
      ...sets,
      rules: [{ id: 'filler', decision: 'deny', match: { topics: ['job.x'] } }],
    };
    const result = loadPolicy([
      { file: 'block.yaml', text: whole },
      { file: 'common/tools.yaml', text: JSON.stringify(filler) },
    ]);
    expect(result.ok ? [] : result.errors).toEqual([]);
  });

  it('links to examples that are there, to all of them', () => {
    const links = [...text.matchAll(/\]\(policies\/([^)]+)\)/g)].map(([, file]) => file ?? '');
    const names = links.map((link) => link.split('/')[0]);
    expect(names.sort()).toEqual(
      exampleBundles()
        .map(({ name }) => name)
        .sort(),
    );
  });
});
