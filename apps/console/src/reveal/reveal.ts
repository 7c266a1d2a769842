import { CHARACTER_NAMES, hiddenKindOf, KIND_NAMES, type HiddenKind } from './hidden-kinds.js';
import { lookalikesIn } from './lookalikes.js';

/** A piece of a text as it is shown: as it is, or as an escape that can be seen. */
export type Segment =
  | { readonly hidden: false; readonly text: string }
  | { readonly hidden: true; readonly text: string; readonly kind: HiddenKind; readonly title: string };

/** Blanks in a row, and empty lines in a row, from which on they are counted instead of shown. */
const MANY_BLANKS = 16;
const MANY_LINES = 4;
/** Accents on one letter that languages need. */
const MARKS = 2;

const RUN = new RegExp(`[ \\t]{${MANY_BLANKS},}|\\n(?:[ \\t]*\\n){${MANY_LINES},}|\\p{M}+`, 'uy');
/** An emoji made of several: the joiner and the selector in it are no place to hide, since each is needed. */
const EMOJI = new RegExp('\\p{RGI_Emoji}', 'vy');
/** The inside of a key such as 1️⃣, whose digit came before; and the line break of some systems. */
const HARMLESS = /(?<=[0-9#*])\uFE0F?\u20E3|\r\n/uy;

/** Where something may have to be shown in another way: everything before can be taken as it is. */
const SUSPICIOUS = new RegExp(
  `[^\\x20-\\x7e\\t\\n]|[ \\t]{${MANY_BLANKS}}|\\n(?:[ \\t]*\\n){${MANY_LINES}}`,
  'gu',
);

/**
 * Splits a text into what can be shown as it is and what must be shown as an escape, such as `⟦U+202E⟧`. All texts put
 * together with the escapes taken for their characters are the text: nothing is left out.
 */
export function reveal(text: string): readonly Segment[] {
  const lookalikes = lookalikesIn(text);
  const segments: Segment[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') segments.push({ hidden: false, text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length;) {
    const next = nextSuspicious(text, at);
    plain += text.slice(at, next);
    at = next;
    if (at === text.length) break;
    const [taken, segment] = pieceAt(text, at, lookalikes);
    if (segment === undefined) plain += taken;
    else {
      flush();
      segments.push(segment);
    }
    at += taken.length;
  }
  flush();
  return segments;
}

function nextSuspicious(text: string, at: number): number {
  SUSPICIOUS.lastIndex = at;
  return SUSPICIOUS.exec(text)?.index ?? text.length;
}

/** The next piece of a text, and the escape that stands for it unless it can be shown as it is. */
function pieceAt(text: string, at: number, lookalikes: ReadonlyMap<number, string>): [string, Segment?] {
  const whole = matchAt(HARMLESS, text, at) ?? matchAt(EMOJI, text, at);
  if (whole !== undefined && !/[\u{E0000}-\u{E007F}]/u.test(whole)) return [whole];
  const run = matchAt(RUN, text, at);
  if (run !== undefined) return runPiece(run);
  const codePoint = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(codePoint);
  const kind = hiddenKindOf(codePoint);
  if (kind !== undefined) return [character, escape(codePoint, kind)];
  const plain = lookalikes.get(at);
  if (plain === undefined) return [character];
  const title = `${KIND_NAMES.lookalike}: ${hex(codePoint)} looks like ${plain}`;
  return [character, { hidden: true, kind: 'lookalike', text: `⟦${character} ${hex(codePoint)}⟧`, title }];
}

function runPiece(run: string): [string, Segment?] {
  if (/^[ \t]/.test(run)) return [run, padding(`${run.length} blanks`)];
  if (run.startsWith('\n')) return [run, padding(`${run.split('\n').length - 1} line breaks`)];
  const marks = [...run];
  if (marks.length <= MARKS && marks.every((mark) => hiddenKindOf(mark.codePointAt(0) ?? 0) === undefined))
    return [run];
  const [first = ''] = marks;
  const codePoint = first.codePointAt(0) ?? 0;
  return [first, escape(codePoint, hiddenKindOf(codePoint) ?? 'marks')];
}

const padding = (what: string): Segment => ({
  hidden: true,
  kind: 'padding',
  text: `⟦${what}⟧`,
  title: KIND_NAMES.padding,
});

function escape(codePoint: number, kind: HiddenKind): Segment {
  const name = CHARACTER_NAMES.get(codePoint);
  // Tag characters mirror ASCII: what they spell is part of what is asked.
  const spelt =
    codePoint > 0xe001f && codePoint < 0xe007f ? ` ${String.fromCodePoint(codePoint - 0xe0000)}` : '';
  const title = `${KIND_NAMES[kind]}: ${hex(codePoint)}${name === undefined ? '' : ` ${name}`}`;
  return { hidden: true, kind, text: `⟦${hex(codePoint)}${spelt}⟧`, title };
}

const hex = (codePoint: number) => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
