/** Row width of the transition table as a power of two: room for 63 different characters and "any other". */
const rowBits = 6;

/** Stands for every digit in a keyword. */
export const ANY_DIGIT = '0';

/** Bits of a transition: the next state, and what happens on the way there. */
export const Transition = {
  State: 0x1fff,
  /** A keyword ends. */
  Final: 0x2000,
  /** A digit stands after something that is no letter, digit or underscore: a number begins. */
  Number: 0x4000,
} as const;

/**
 * Tables of an Aho-Corasick automaton over ASCII keywords. Letters match in either case and every digit matches every
 * digit of a keyword; what judges a hit looks at the text again.
 */
export interface KeywordAutomaton {
  /** Column of each ASCII character. */
  readonly columns: Uint8Array;
  /** Transition by `(state << 6) | column`, see {@link Transition}. */
  readonly next: Uint16Array;
  /** Indices of the keywords that end in a state. */
  readonly hits: ReadonlyArray<readonly number[]>;
}

/** Builds the automaton. @throws Error when keywords are not lower-case ASCII or use too many characters. */
export function buildKeywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  const columns = assignColumns(keywords);
  const size = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  const next = new Uint16Array(size << rowBits);
  const hits: number[][] = [[]];
  const states = keywords.map(() => 0);
  const longest = Math.max(0, ...keywords.map((keyword) => keyword.length));
  // All first characters, then all second ones: the states that texts are mostly in lie close together in memory.
  for (let depth = 0; depth < longest; depth++)
    keywords.forEach((keyword, index) => {
      if (depth >= keyword.length) return;
      const cell = ((states[index] ?? 0) << rowBits) | (columns[keyword.charCodeAt(depth)] ?? 0);
      if (next[cell] === 0) {
        next[cell] = hits.length;
        hits.push([]);
      }
      states[index] = next[cell] ?? 0;
      if (depth === keyword.length - 1) hits[states[index] ?? 0]?.push(index);
    });
  completeTransitions(next, hits);
  return { columns, next: markTransitions(columns, next, hits), hits };
}

/** Calls `onHit` with the index of the keyword and the (exclusive) end of each occurrence. */
export function eachHit(
  automaton: KeywordAutomaton,
  text: string,
  onHit: (keyword: number, end: number) => void,
): void {
  const { columns, next, hits } = automaton;
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const transition = code < 128 ? (next[(state << rowBits) | (columns[code] ?? 0)] ?? 0) : 0;
    state = transition & Transition.State;
    if ((transition & Transition.Final) !== 0) for (const keyword of hits[state] ?? []) onHit(keyword, i + 1);
  }
}

function assignColumns(keywords: readonly string[]): Uint8Array {
  const columns = new Uint8Array(128);
  let used = 0;
  for (const character of new Set(keywords.join('').replace(/\d/g, ANY_DIGIT))) {
    const code = character.charCodeAt(0);
    if (code >= 128 || character !== character.toLowerCase())
      throw new Error('keywords must be lower-case ASCII');
    columns[code] = ++used;
    columns[character.toUpperCase().charCodeAt(0)] = used;
  }
  if (used >= 1 << rowBits) throw new Error('too many different keyword characters');
  for (let digit = 48; digit <= 57; digit++) columns[digit] = columns[ANY_DIGIT.charCodeAt(0)] ?? 0;
  return columns;
}

/** Breadth first: fills the missing transitions from the longest proper suffix and inherits its hits. */
function completeTransitions(next: Uint16Array, hits: number[][]): void {
  const width = 1 << rowBits;
  const suffix = new Uint16Array(hits.length);
  const queue: number[] = [];
  for (let column = 0; column < width; column++) if (next[column]) queue.push(next[column] ?? 0);
  for (const state of queue) {
    const fallback = suffix[state] ?? 0;
    hits[state]?.push(...(hits[fallback] ?? []));
    for (let column = 0; column < width; column++) {
      const cell = (state << rowBits) | column;
      const viaSuffix = next[(fallback << rowBits) | column] ?? 0;
      const child = next[cell] ?? 0;
      if (child === 0) {
        next[cell] = viaSuffix;
        continue;
      }
      suffix[child] = viaSuffix;
      queue.push(child);
    }
  }
}

const wordCharacters = 'abcdefghijklmnopqrstuvwxyz_0';

/**
 * Adds to each transition what happens on it. A state knows the character before it, as long as every letter, digit
 * and underscore begins some keyword: then the root follows other characters only.
 */
function markTransitions(columns: Uint8Array, next: Uint16Array, hits: readonly number[][]): Uint16Array {
  if (hits.length > Transition.State + 1) throw new Error('too many keywords');
  const width = 1 << rowBits;
  const words = new Set([...wordCharacters].map((character) => columns[character.charCodeAt(0)] ?? 0));
  words.delete(0);
  const afterWord = new Uint8Array(hits.length);
  next.forEach((target, cell) => {
    if (words.has(cell % width)) afterWord[target] = 1;
  });
  afterWord[0] = 0;
  const digit = columns[ANY_DIGIT.charCodeAt(0)] ?? 0;
  return next.map((target, cell) => {
    const isFinal = (hits[target]?.length ?? 0) > 0;
    const isNumber = digit !== 0 && cell % width === digit && afterWord[cell >> rowBits] === 0;
    return target | (isFinal ? Transition.Final : 0) | (isNumber ? Transition.Number : 0);
  });
}

/** Whether every letter, digit and underscore begins a keyword, so that transitions know where numbers begin. */
export function knowsWords({ columns, next }: KeywordAutomaton): boolean {
  return [...wordCharacters].every((character) => {
    const column = columns[character.charCodeAt(0)] ?? 0;
    return column !== 0 && ((next[column] ?? 0) & Transition.State) !== 0;
  });
}
