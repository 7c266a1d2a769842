import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIDDEN_PAYLOADS } from '../testing/hidden-payloads.js';
import { findHidden } from './find-hidden.js';
import { fold, sizeOf } from './fold.js';
import { hiddenKindOf } from './hidden-kinds.js';
import { reveal } from './reveal.js';

/** What a reader sees of a text. */
const seen = (text: string) =>
  reveal(text)
    .map((segment) => segment.text)
    .join('');

describe('H18: a text that hides something', () => {
  it.each(HIDDEN_PAYLOADS)('shows it: $name', ({ text, shown }) => {
    const escapes = shown.filter((part) => part.includes('⟦') || !part.includes('folded'));
    for (const escape of escapes) expect(seen(text)).toContain(escape);
  });

  it('is counted, by kind and place, in values and in names of members', () => {
    const findings = findHidden({ 'a/b': ['x', 'y\u202E'], 'na\u200Bme': 1 });
    expect(findings).toEqual({
      count: 2,
      kinds: new Map([
        ['bidi', 1],
        ['zero-width', 1],
      ]),
      places: ['/a~1b/1', '/na\u200Bme'],
    });
  });

  it('never gets a character through that is not to be shown', () => {
    const any = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(any, (text) => {
        const plain = reveal(text).filter((segment) => !segment.hidden);
        for (const { text: shown } of plain)
          for (const character of shown.replaceAll('\r\n', '\n').replaceAll(EMOJI, ''))
            expect(hiddenKindOf(character.codePointAt(0) ?? 0)).toBeUndefined();
      }),
    );
  });

  it('is shown the same whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20 }),
        fc.constantFrom('\u202E', '\u200B', '\u001B'),
        (around, hidden) => {
          expect(seen(`${around}${hidden}${around}`)).toContain('⟦U+');
        },
      ),
    );
  });
});

const EMOJI = new RegExp('\\p{RGI_Emoji}|[0-9#*]\\uFE0F?\\u20E3', 'vg');

describe('an ordinary text', () => {
  it.each([
    'Close ticket 4711, please.\nThen reply to the customer.\r\n\tThanks!',
    'Grüße aus Köln, señor; naïve café, Việt Nam',
    'Сменить статус заявки на «закрыто»',
    'Πληρωμή τιμολογίου',
    'チケットを閉じる。完了しました',
    'أغلق التذكرة',
    'done ✅ ❤️ 👩‍💻 1️⃣ 🇩🇪',
    'x = {a: [1, 2], b: "…"} – 50 %',
    '    indented by eight        and a gap',
    '',
  ])('is shown as it is: %j', (text) => {
    expect(reveal(text).every((segment) => !segment.hidden)).toBe(true);
    expect(seen(text)).toBe(text);
  });
});

describe('a long text', () => {
  it('is folded to its beginning and its end', () => {
    const folded = fold(`begin${'x'.repeat(5000)}end`);
    expect([folded.head.slice(0, 5), folded.tail.slice(-3)]).toEqual(['begin', 'end']);
    expect(folded.head.length + folded.omitted + folded.tail.length).toBe(5008);
  });

  it('is never cut in the middle of a character', () => {
    const folded = fold(`${'x'.repeat(1199)}${'😀'.repeat(2000)}`);
    expect([folded.head.isWellFormed(), folded.tail.isWellFormed()]).toEqual([true, true]);
  });

  it('is shown whole as long as it is short', () => {
    expect(fold('short')).toEqual({ head: 'short', tail: '', omitted: 0 });
  });

  it('has its size in bytes', () => {
    expect([sizeOf('é'), sizeOf('x'.repeat(2048)), sizeOf('x'.repeat(3 * 1024 * 1024))]).toEqual([
      '2 B',
      '2.0 KiB',
      '3.0 MiB',
    ]);
  });
});
