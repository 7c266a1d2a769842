import { describe, expect, it } from 'vitest';
import { expectedOf } from './expected.js';
import { jobsOf } from './jobs.js';
import { RULE_KINDS, rulesOf } from './rules.js';

describe('what the engines are asked', () => {
  for (const kind of RULE_KINDS) {
    it.each([10, 100])(
      `has in its worst case only jobs that the last of %i rules alone allows: ${kind}`,
      (count) => {
        const rules = rulesOf(count, kind);
        for (const job of jobsOf('last', count)) {
          expect(expectedOf(rules, job)).toBe('allow');
          expect(expectedOf(rules.slice(0, -1), job)).toBe('deny');
        }
      },
    );

    it(`allows some of the mixed jobs and denies others: ${kind}`, () => {
      const rules = rulesOf(100, kind);
      const answers = jobsOf('mixed', 100).map((job) => expectedOf(rules, job));
      const allowed = answers.filter((answer) => answer === 'allow').length;
      expect(allowed).toBeGreaterThan(answers.length / 6);
      expect(allowed).toBeLessThan((answers.length * 5) / 6);
    });

    it(`needs every rule of a team: ${kind}`, () => {
      const rules = rulesOf(10, kind);
      const jobs = jobsOf('mixed', 10);
      const answers = (held: typeof rules) => jobs.map((job) => expectedOf(held, job)).join();
      for (const rule of rules)
        expect(answers(rules.filter((other) => other !== rule)), rule.id).not.toBe(answers(rules));
    });
  }

  it('gives no two rules the same expression', () => {
    const texts = rulesOf(10_000, 'expressions').map(({ when }) => when?.over);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
