import { describe, expect, it } from 'vitest';
import { scanText } from '../scan/scan-text.js';
import { expandExample } from '../testing/example-text.js';
import { allRules, bySpecificity, contextRules, definitionOf, tokenRules } from './catalogue.js';
import { patternRules } from './pattern-rules.js';

const seeds = ['a', 'b', 'c', 'd', 'e'];

/** Rules whose finding needs more than a text, or that another rule of the same vendor names. */
const shownElsewhere = new Set([
  'unsafe.canary-hit',
  'unsafe.archive-bomb',
  'unsafe.scan-limit',
  'unsafe.forged-marker',
]);

/** Patterns of every rule that is data. */
const patterns: [string, RegExp][] = [
  ...tokenRules.flatMap((rule) =>
    rule.formats.flatMap(({ before, after }): [string, RegExp][] =>
      before === undefined
        ? [[rule.id, after]]
        : [
            [rule.id, before],
            [rule.id, after],
          ],
    ),
  ),
  ...contextRules.map((rule): [string, RegExp] => [rule.id, rule.form]),
  ...patternRules.flatMap((rule): [string, RegExp][] =>
    [rule.value, rule.before, rule.lead].flatMap((part): [string, RegExp][] =>
      part === undefined ? [] : [[rule.id, part]],
    ),
  ),
];

/** The pattern without its escapes and character classes, in which a plus or a star is a quantifier. */
function quantifiersOf(pattern: RegExp): string {
  return pattern.source.replace(/\\./g, 'x').replace(/\[(?:[^\]])*\]/g, 'x');
}

describe('the rules as data', () => {
  it.each(patterns)('%s has no unbounded quantifier', (_id, pattern) => {
    expect(quantifiersOf(pattern)).not.toMatch(/[*+]|\{\d*,\}/);
  });

  it('a lint that could not see a quantifier would be none', () => {
    for (const bad of [/a+/, /a*/, /a{3,}/, /(?:ab)+?/, /[ab]+/])
      expect(quantifiersOf(bad)).toMatch(/[*+]|\{\d*,\}/);
  });

  it('have ids of their own, in the taxonomy', () => {
    const ids = allRules.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(?:secret|pii|unsafe)\.[A-Za-z0-9][\w-]{2,63}$/);
  });

  it('know their definition and their place in the order', () => {
    expect(definitionOf('secret.github-pat')?.severity).toBe('critical');
    expect(definitionOf('secret.nothing')).toBeUndefined();
    expect(bySpecificity('secret.github-pat', 'secret.generic-api-key')).toBeLessThan(0);
    expect(bySpecificity('secret.jwt', 'secret.http-bearer')).toBeLessThan(0);
  });

  it('are shown by an example and a counter-example each', () => {
    const silent = allRules.filter((rule) => !shownElsewhere.has(rule.id));
    expect(silent.filter((rule) => rule.examples.length === 0).map((rule) => rule.id)).toEqual([]);
    expect(silent.filter((rule) => rule.counterExamples.length === 0).map((rule) => rule.id)).toEqual([]);
  });
});

const examples = [...new Set([...allRules, ...patternRules])].flatMap((rule) =>
  rule.examples.map((example) => [rule.id, example] as const),
);

describe('every example', () => {
  it.each(examples)('of %s is found: %s', (id, example) => {
    for (const seed of seeds) {
      const { text, start, end } = expandExample(example, `${id}${seed}`);
      const covering = scanText(text).filter((f) => f.offset <= start && f.offset + f.length >= end);
      expect(covering, text).not.toEqual([]);
    }
  });

  it('of every rule is found under its name, except where a more specific rule takes it', () => {
    const named = new Set<string>();
    for (const [id, example] of examples)
      for (const seed of seeds)
        for (const finding of scanText(expandExample(example, `${id}${seed}`).text)) named.add(finding.rule);
    const unnamed = allRules
      .filter((rule) => !named.has(rule.id) && !shownElsewhere.has(rule.id))
      .map((rule) => rule.id);
    expect(unnamed).toEqual([]);
  });
});

describe('no counter-example', () => {
  const counters = [...new Set([...allRules, ...patternRules])].flatMap((rule) =>
    rule.counterExamples.map((text) => [rule.id, text] as const),
  );

  it.each(counters)('of %s is found: %s', (id, example) => {
    expect(scanText(expandExample(example, id).text).filter((finding) => finding.rule === id)).toEqual([]);
  });
});
