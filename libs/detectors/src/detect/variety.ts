import { shareOfUsualPairs } from './word-likeness.js';

/** What a value is made of, for telling random values from words and filler. */
export interface Variety {
  readonly lower: number;
  readonly upper: number;
  readonly digits: number;
  readonly symbols: number;
  readonly distinct: number;
  /** Longest run of one character. */
  readonly longestRepeat: number;
  /** Longest run in which each character follows the one before it, such as `abcd` or `3456`. */
  readonly longestSequence: number;
  /** Neighbours of which the second follows the first, anywhere in the value. */
  readonly sequentialPairs: number;
  /** Changes between upper and lower case of neighbouring letters. */
  readonly caseChanges: number;
  /** Shannon entropy in bits per character. */
  readonly entropy: number;
}

/** Counts what a value is made of. The caller bounds its length. */
export function varietyOf(value: string): Variety {
  const counts = new Map<number, number>();
  let lower = 0;
  let upper = 0;
  let digits = 0;
  let longestRepeat = 0;
  let longestSequence = 0;
  let sequentialPairs = 0;
  let caseChanges = 0;
  let repeat = 0;
  let sequence = 0;
  let previous = -2;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    counts.set(code, (counts.get(code) ?? 0) + 1);
    if (isLower(code)) lower++;
    else if (isUpper(code)) upper++;
    else if (code >= 48 && code <= 57) digits++;
    repeat = code === previous ? repeat + 1 : 1;
    sequence = code === previous + 1 ? sequence + 1 : 1;
    if (sequence > 1) sequentialPairs++;
    longestRepeat = Math.max(longestRepeat, repeat);
    longestSequence = Math.max(longestSequence, sequence);
    if ((isLower(code) && isUpper(previous)) || (isUpper(code) && isLower(previous))) caseChanges++;
    previous = code;
  }
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / value.length) * Math.log2(count / value.length);
  const symbols = value.length - lower - upper - digits;
  const distinct = counts.size;
  return {
    lower,
    upper,
    digits,
    symbols,
    distinct,
    longestRepeat,
    longestSequence,
    sequentialPairs,
    caseChanges,
    entropy,
  };
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** Whether a value of a known format could be issued: not `xxxx…`, not an alphabet, not one word repeated. */
export function looksIssued(value: string): boolean {
  const variety = varietyOf(value);
  return (
    variety.distinct >= Math.min(8, Math.ceil(value.length / 2)) &&
    variety.longestRepeat * 4 < value.length + 4 &&
    variety.longestSequence * 3 < value.length + 3 &&
    variety.sequentialPairs * 2 < value.length &&
    !repeatsItself(value) &&
    !isMasked(value)
  );
}

/** A long row of one letter, or an ellipsis, is how a value is hidden, not how one is made. */
function isMasked(value: string): boolean {
  return /([xX*.])\1{5}|\.{3}|EXAMPLE|YOUR[_-]|your[_-]/.test(value);
}

/** Longest part whose repetition is looked for. */
const longestPeriod = 12;

/** Whether a value is mostly one short part over and over. */
function repeatsItself(value: string): boolean {
  const most = Math.min(longestPeriod, value.length >> 1);
  for (let period = 1; period <= most; period++) {
    let equal = 0;
    for (let i = period; i < value.length; i++) if (value[i] === value[i - period]) equal++;
    if (equal * 2 > value.length - period) return true;
  }
  return false;
}

/** Camel case makes parts of five letters and more; drawn characters change class every third. */
const shortPart = 3.6;
const mediumPart = 5;
/** English reaches nine tenths, drawn letters a third. */
const wordShare = 0.6;
const drawnShare = 0.4;

/** Whether a value looks drawn: its parts are short, or its letters do not follow one another as in words. */
export function looksRandom(value: string): boolean {
  const share = shareOfUsualPairs(value);
  const part = value.length / partsOf(value);
  return part < shortPart || (part < mediumPart && share < wordShare) || share < drawnShare;
}

/** Parts of one kind: a word with its capital, a row of digits, what stands between signs. */
function partsOf(value: string): number {
  return Math.max(1, value.match(/[A-Z]{0,512}[a-z]{1,512}|[A-Z]{1,512}|\d{1,512}/g)?.length ?? 1);
}
