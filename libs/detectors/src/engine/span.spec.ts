import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapToOriginal, mergeSpans, replaceSpans, type Span } from './span.js';

const markerFor = (rule: string): string => `[REDACTED:${rule}]`;

const span = fc
  .tuple(
    fc.constantFrom('pii.EMAIL_ADDRESS' as const, 'secret.private-key' as const, 'secret.jwt' as const),
    fc.nat(40),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([rule, start, length]): Span => ({ rule, start, end: start + length }));

describe('spans', () => {
  it('cover after merging exactly what they covered before, without overlap', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        const covered = (list: readonly Span[]) =>
          [
            ...new Set(list.flatMap((s) => Array.from({ length: s.end - s.start }, (_, i) => s.start + i))),
          ].sort((a, b) => a - b);
        const merged = mergeSpans(spans);
        expect(covered(merged)).toEqual(covered(spans));
        merged
          .slice(1)
          .forEach((next, index) => expect(next.start).toBeGreaterThanOrEqual(merged[index]?.end ?? 0));
      }),
    );
  });

  it('take the most severe rule when they are merged', () => {
    const merged = mergeSpans([
      { rule: 'pii.EMAIL_ADDRESS', start: 0, end: 9 },
      { rule: 'secret.private-key', start: 5, end: 12 },
    ]);
    expect(merged).toEqual([{ rule: 'secret.private-key', start: 0, end: 12, also: ['pii.EMAIL_ADDRESS'] }]);
  });

  it('found after replacing lead back to the same text before it', () => {
    const text = Array.from({ length: 60 }, (_, i) => String.fromCharCode(0x100 + i)).join('');
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), fc.nat(59), (spans, index) => {
        const replaced = mergeSpans(spans);
        const character = text.charAt(index);
        const at = replaceSpans(text, replaced, markerFor).indexOf(character);
        fc.pre(at !== -1);
        const [original] = mapToOriginal(
          [{ rule: 'secret.jwt', start: at, end: at + 1 }],
          replaced,
          markerFor,
        );
        expect(original).toEqual({ rule: 'secret.jwt', start: index, end: index + 1 });
      }),
    );
  });

  it('that touch a marker lead back to all it stands for', () => {
    const replaced: Span[] = [{ rule: 'secret.jwt', start: 2, end: 30 }];
    expect(mapToOriginal([{ rule: 'pii.EMAIL_ADDRESS', start: 0, end: 5 }], replaced, markerFor)).toEqual([
      { rule: 'pii.EMAIL_ADDRESS', start: 0, end: 30 },
    ]);
    expect(mapToOriginal([{ rule: 'pii.EMAIL_ADDRESS', start: 5, end: 25 }], replaced, markerFor)).toEqual([
      { rule: 'pii.EMAIL_ADDRESS', start: 2, end: 32 },
    ]);
  });
});
