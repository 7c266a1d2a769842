/** A text as a reader would understand it, with the place in the original of each of its characters. */
export interface FoldedText {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Latin look-alikes among Cyrillic and Greek letters, each followed by what it looks like. */
const lookAlikes = new Map(
  (
    'аa еe оo рp сc уy хx ѕs іi јj һh ԁd ԛq ԝw ӏl АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ' +
    'αa οo ρp νv ιi κk υu ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ‐- ‑- ‒- –- −-'
  )
    .split(' ')
    .map((pair) => [pair.charCodeAt(0), pair.charAt(1)]),
);

const ignorable =
  '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufe00-\\ufe0f\\ufeff';
const fullWidth = '\\uff01-\\uff5e';
const escaped = '\\\\u00[2-7][0-9a-fA-F]|%[2-7][0-9a-fA-F]|&#(?:\\d{2,3}|x[2-7][0-9a-fA-F]);';
const folds = new RegExp(
  `[${ignorable}]|[${fullWidth}]|[${[...lookAlikes.keys()].map((code) => String.fromCharCode(code)).join('')}]|${escaped}`,
  'g',
);

/**
 * Removes invisible characters, turns full-width forms and look-alike letters into ASCII, and resolves JSON, percent
 * and numeric HTML escapes of printable ASCII. Gives undefined when the text holds none of these. The text is meant
 * for detection only; it changes the meaning of what it folds.
 */
export function foldText(text: string): FoldedText | undefined {
  if (text.search(folds) === -1) return undefined;
  const parts: string[] = [];
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let from = 0;
  for (const match of text.matchAll(folds)) {
    copy(from, match.index);
    const stop = match.index + match[0].length;
    const replacement = replacementFor(match[0]);
    if (replacement !== '') {
      starts[length] = match.index;
      ends[length++] = stop;
    }
    parts.push(replacement);
    from = stop;
  }
  copy(from, text.length);
  return { text: parts.join(''), starts: starts.subarray(0, length), ends: ends.subarray(0, length) };

  function copy(start: number, end: number): void {
    parts.push(text.slice(start, end));
    for (let i = start; i < end; i++) {
      starts[length] = i;
      ends[length++] = i + 1;
    }
  }
}

function replacementFor(found: string): string {
  const code = found.charCodeAt(0);
  if (found.startsWith('\\u')) return String.fromCharCode(parseInt(found.slice(2), 16));
  if (found.startsWith('%')) return String.fromCharCode(parseInt(found.slice(1), 16));
  if (found.startsWith('&#x')) return String.fromCharCode(parseInt(found.slice(3), 16));
  if (found.startsWith('&#')) return printable(parseInt(found.slice(2), 10));
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  return lookAlikes.get(code) ?? '';
}

/** One character in any case, since the maps hold one place for it; a space for what is not printable ASCII. */
function printable(code: number): string {
  return code >= 32 && code < 127 ? String.fromCharCode(code) : ' ';
}
