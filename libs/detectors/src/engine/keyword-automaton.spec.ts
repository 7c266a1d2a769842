import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildKeywordAutomaton, eachHit } from './keyword-automaton.js';

describe('the keyword automaton', () => {
  it('finds exactly what searching for each keyword finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'A', 'c', '-', 'x', 'é'), maxLength: 60 });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), text, (keywords, searched) => {
        const hits: string[] = [];
        eachHit(buildKeywordAutomaton(keywords), searched, (keyword, end) => hits.push(`${keyword}@${end}`));
        const expected = keywords.flatMap((keyword, index) =>
          Array.from(searched, (_, start) => start)
            .filter((start) => searched.toLowerCase().startsWith(keyword, start))
            .map((start) => `${index}@${start + keyword.length}`),
        );
        expect(hits.sort()).toEqual(expected.sort());
      }),
    );
  });

  it('refuses keywords it could never match', () => {
    expect(() => buildKeywordAutomaton(['Key'])).toThrow('lower-case');
  });
});
