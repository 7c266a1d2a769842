import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDigest } from './content-digest.js';
import { loadBundle } from './load-bundle.js';

const file = (text: string) => [{ file: 'policy.yaml', text }];
const RULES = `version: v1\nrules:\n  - { id: all, match: { topics: ['job.>'] }, decision: allow }\n`;
const TEST = (expected: string) =>
  `${RULES}tests:\n  - name: t\n    job: { topic: job.a, tenant_id: t, agent_id: a }\n    expect: { decision: ${expected} }\n`;

describe('a bundle', () => {
  it('whose tests pass is loaded (P10)', () => {
    expect(loadBundle(file(TEST('allow')))).toMatchObject({ ok: true });
  });

  it('whose test fails is refused, with its place and what was got', () => {
    const loaded = loadBundle(file(TEST('deny')));
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ file: 'policy.yaml', line: 5, code: 'test_failed' }],
    });
    expect(JSON.stringify(loaded)).toContain('allow');
  });

  it.each(['', 'rules: [', 'version: v1', 'version: v1\nrules: []'])('%j is refused', (text) => {
    expect(loadBundle(file(text))).toMatchObject({ ok: false });
  });

  it('that was cut off anywhere is refused or says less, but never becomes another that holds more (P18)', () => {
    const whole = loadBundle(file(RULES));
    fc.assert(
      fc.property(fc.nat(RULES.length), (at) => {
        const cut = loadBundle(file(RULES.slice(0, at)));
        if (cut.ok && whole.ok) expect(cut.snapshot.hash).toBe(whole.snapshot.hash);
      }),
    );
  });
});

describe('the digest of files', () => {
  const sources = fc.uniqueArray(fc.record({ file: fc.stringMatching(/^[a-z]{1,6}$/), text: fc.string() }), {
    selector: ({ file: name }) => name,
    minLength: 1,
  });

  it('is the same in whatever order they come', () => {
    fc.assert(
      fc.property(sources, (files) => {
        expect(contentDigest([...files].reverse())).toBe(contentDigest(files));
      }),
    );
  });

  it('is another when a text or a name is', () => {
    const one = [{ file: 'a', text: 'b' }];
    const digests = [
      one,
      [{ file: 'a', text: 'c' }],
      [{ file: 'b', text: 'b' }],
      [...one, { file: 'c', text: '' }],
    ];
    expect(new Set(digests.map(contentDigest)).size).toBe(digests.length);
  });
});
