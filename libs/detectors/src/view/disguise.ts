import { CharClass, isAt } from '../characters.js';
import type { Detector } from '../engine/detector.js';

/** Kinds of disguise a text may hold, as bits; the pass over the keywords notes them. */
export const Disguise = {
  NonAscii: 1,
  JsonEscape: 2,
  Percent: 4,
  Entity: 8,
  QuotedPrintable: 16,
  Concatenation: 32,
  Terminal: 64,
} as const;

const hexLetters = ['a', 'b', 'c', 'd', 'e', 'f'];
const quotes = ['"', "'", '`'];

/** What shows that a disguise may be there, in the notation of the automaton: `0` is any digit. */
const signs: ReadonlyArray<readonly [number, readonly string[]]> = [
  [Disguise.JsonEscape, ['\\u0', '\\u{', '\\x0', '\\/', '\\000']],
  [Disguise.Percent, ['%0']],
  [
    Disguise.Entity,
    [
      '&#',
      '&amp;',
      '&lowbar;',
      '&hyphen;',
      '&dash;',
      '&period;',
      '&colon;',
      '&sol;',
      '&commat;',
      '&equals;',
      '&plus;',
      '&quot;',
      '&num;',
      '&shy;',
      '&zwnj;',
      '&zwj;',
      '&zerowidthspace;',
    ],
  ],
  [
    Disguise.QuotedPrintable,
    ['quoted-printable', '=\n', '=\r', '=00=', ...hexLetters.map((letter) => `=0${letter}=`)],
  ],
  [Disguise.Terminal, ['\x1b', '\0']],
];

const joints = ['+', ' +', '.', ' .', '&', ' &', ' ', '\\', ' \\'];
const joined = /["'`][ \t]{0,8}(?:[+.&]|\.\.|\\)?\s{0,24}(?:\\\r?\n\s{0,24})?["'`][\w+/=-]/y;
const tokenMask = CharClass.Token | CharClass.Radix64 | CharClass.Base64Extra;

/** Two string literals side by side, or joined by an operator, with no blank at the seam. */
const noteConcatenation: Detector = (view, start) => {
  if (!isAt(view.text, start - 1, tokenMask) || !isAt(view.text, start - 2, tokenMask)) return;
  joined.lastIndex = start;
  view.work.steps += 8;
  if (joined.test(view.text)) view.disguises |= Disguise.Concatenation;
};

/** Detectors that only note a disguise. */
export const disguiseDetectors: ReadonlyArray<readonly [string, Detector]> = [
  ...quotes.flatMap((quote) => joints.map((joint) => [quote + joint, noteConcatenation] as const)),
  ...noting(),
];

function noting(): (readonly [string, Detector])[] {
  return signs.flatMap(([bit, keywords]) => {
    const note: Detector = (view) => {
      view.disguises |= bit;
    };
    return keywords.map((keyword) => [keyword, note] as const);
  });
}
