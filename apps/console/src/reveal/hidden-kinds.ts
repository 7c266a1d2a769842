/** Why a character is not shown as it is. */
export type HiddenKind =
  | 'bidi'
  | 'zero-width'
  | 'tag'
  | 'variation'
  | 'control'
  | 'filler'
  | 'space'
  | 'padding'
  | 'marks'
  | 'lookalike'
  | 'unassigned';

/** What each kind is called in a banner. */
export const KIND_NAMES: Readonly<Record<HiddenKind, string>> = {
  bidi: 'characters that reverse the order of text',
  'zero-width': 'characters without width',
  tag: 'tag characters, which can hide whole sentences',
  variation: 'variation selectors, which can hide data',
  control: 'control characters of terminals',
  filler: 'characters that look like nothing',
  space: 'unusual spaces and line breaks',
  padding: 'long runs of blanks',
  marks: 'piled-up accents',
  lookalike: 'letters that look like other letters',
  unassigned: 'characters that no font has',
};

/** From, to, kind. In ascending order, and without overlaps. */
const RANGES: readonly (readonly [number, number, HiddenKind])[] = [
  [0x00, 0x08, 'control'],
  [0x0b, 0x1f, 'control'],
  [0x7f, 0x9f, 'control'],
  [0xa0, 0xa0, 'space'],
  [0xad, 0xad, 'zero-width'],
  [0x34f, 0x34f, 'zero-width'],
  [0x61c, 0x61c, 'bidi'],
  [0x115f, 0x1160, 'filler'],
  [0x1680, 0x1680, 'space'],
  [0x17b4, 0x17b5, 'zero-width'],
  [0x180b, 0x180d, 'variation'],
  [0x180e, 0x180e, 'zero-width'],
  [0x180f, 0x180f, 'variation'],
  [0x2000, 0x200a, 'space'],
  [0x200b, 0x200d, 'zero-width'],
  [0x200e, 0x200f, 'bidi'],
  [0x2028, 0x2029, 'space'],
  [0x202a, 0x202e, 'bidi'],
  [0x202f, 0x202f, 'space'],
  [0x205f, 0x205f, 'space'],
  [0x2060, 0x2065, 'zero-width'],
  [0x2066, 0x2069, 'bidi'],
  [0x206a, 0x206f, 'zero-width'],
  [0x2800, 0x2800, 'filler'],
  [0x3000, 0x3000, 'space'],
  [0x3164, 0x3164, 'filler'],
  [0xfe00, 0xfe0f, 'variation'],
  [0xfeff, 0xfeff, 'zero-width'],
  [0xffa0, 0xffa0, 'filler'],
  [0xfff0, 0xfffb, 'zero-width'],
  [0x1bca0, 0x1bca3, 'zero-width'],
  [0x1d173, 0x1d17a, 'zero-width'],
  [0xe0000, 0xe007f, 'tag'],
  [0xe0100, 0xe01ef, 'variation'],
];

/** Whatever else Unicode says is to be ignored when shown, of private use, a lone half of a pair, or no character. */
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]$/u;

/** The kind of a code point that is not to be shown as it is; undefined for all others, and for tab and line feed. */
export function hiddenKindOf(codePoint: number): HiddenKind | undefined {
  if (codePoint === 0x09 || codePoint === 0x0a || (codePoint >= 0x20 && codePoint < 0x7f)) return undefined;
  const range = RANGES.find(([from, to]) => codePoint >= from && codePoint <= to);
  if (range) return range[2];
  return UNSEEN.test(String.fromCodePoint(codePoint)) ? 'unassigned' : undefined;
}

/** What some of them are called, for who wants to know. */
export const CHARACTER_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x07, 'BEL'],
  [0x08, 'BACKSPACE'],
  [0x0d, 'CR'],
  [0x1b, 'ESC'],
  [0x7f, 'DEL'],
  [0x9b, 'CSI'],
  [0xa0, 'NO-BREAK SPACE'],
  [0xad, 'SOFT HYPHEN'],
  [0x200b, 'ZERO WIDTH SPACE'],
  [0x200c, 'ZERO WIDTH NON-JOINER'],
  [0x200d, 'ZERO WIDTH JOINER'],
  [0x200e, 'LEFT-TO-RIGHT MARK'],
  [0x200f, 'RIGHT-TO-LEFT MARK'],
  [0x202a, 'LEFT-TO-RIGHT EMBEDDING'],
  [0x202b, 'RIGHT-TO-LEFT EMBEDDING'],
  [0x202c, 'POP DIRECTIONAL FORMATTING'],
  [0x202d, 'LEFT-TO-RIGHT OVERRIDE'],
  [0x202e, 'RIGHT-TO-LEFT OVERRIDE'],
  [0x2060, 'WORD JOINER'],
  [0x2066, 'LEFT-TO-RIGHT ISOLATE'],
  [0x2067, 'RIGHT-TO-LEFT ISOLATE'],
  [0x2068, 'FIRST STRONG ISOLATE'],
  [0x2069, 'POP DIRECTIONAL ISOLATE'],
  [0x2800, 'BRAILLE BLANK'],
  [0x3164, 'HANGUL FILLER'],
  [0xfeff, 'BYTE ORDER MARK'],
]);
