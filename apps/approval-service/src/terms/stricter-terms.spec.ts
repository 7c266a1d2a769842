import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksOthers, stricterTerms, type VotingTerms } from './stricter-terms.js';

const terms = (over: Partial<VotingTerms> = {}): VotingTerms => ({
  quorum: 1,
  groups: [],
  confirm: null,
  ...over,
});

const anyTerms = fc.record({
  quorum: fc.integer({ min: 1, max: 5 }),
  groups: fc.uniqueArray(fc.constantFrom('sre', 'finance', 'legal'), { maxLength: 3 }),
  confirm: fc.constantFrom(null, 'pay'),
});

describe('stricterTerms (H9)', () => {
  it('takes the larger quorum, the asked groups and the confirmation', () => {
    expect(stricterTerms(terms({ quorum: 2 }), terms({ groups: ['sre'], confirm: 'pay' }))).toEqual({
      quorum: 2,
      groups: ['sre'],
      confirm: 'pay',
    });
  });

  it('leaves the groups that both ask for', () => {
    const both = stricterTerms(terms({ groups: ['sre', 'legal'] }), terms({ groups: ['legal'] }));
    expect(both?.groups).toEqual(['legal']);
  });

  it('has nobody who could answer when the groups are others altogether', () => {
    expect(stricterTerms(terms({ groups: ['sre'] }), terms({ groups: ['legal'] }))).toBeUndefined();
  });

  it('never makes a question easier', () => {
    fc.assert(
      fc.property(anyTerms, anyTerms, (asked, now) => {
        const both = stricterTerms(asked, now);
        if (both === undefined) return;
        expect(both.quorum).toBeGreaterThanOrEqual(Math.max(asked.quorum, now.quorum));
        for (const { groups } of [asked, now])
          if (groups.length > 0)
            expect(both.groups.every((g) => groups.some((group) => group === g))).toBe(true);
        if (asked.groups.length + now.groups.length > 0) expect(both.groups).not.toEqual([]);
        if ((asked.confirm ?? now.confirm) !== null) expect(both.confirm).toBe('pay');
      }),
    );
  });
});

describe('asksOthers', () => {
  it('holds when the groups change, and not when the quorum does', () => {
    expect(asksOthers(terms(), terms({ groups: ['sre'] }))).toBe(true);
    expect(asksOthers(terms({ groups: ['sre'] }), terms({ groups: ['legal'] }))).toBe(true);
    expect(asksOthers(terms(), terms({ quorum: 3 }))).toBe(false);
  });
});
