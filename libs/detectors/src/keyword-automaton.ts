/** Finds every occurrence of many keywords in one pass, whatever the text. */
export interface KeywordAutomaton {
  /** Calls `onHit` with the index of the keyword and the (exclusive) end of each occurrence. */
  scan(text: string, onHit: (keyword: number, end: number) => void): void;
}

/** Row width of the transition table as a power of two: room for 63 different characters and "any other". */
const rowBits = 6;

/**
 * Builds an Aho-Corasick automaton over ASCII keywords. Letters match in either case and every digit matches the
 * keyword character `0`; a detector that cares looks at the text again.
 */
export function buildKeywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  const columns = assignColumns(keywords);
  const size = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  const next = new Uint16Array(size << rowBits);
  const hits: number[][] = Array.from({ length: size }, () => []);
  let states = 1;
  keywords.forEach((keyword, index) => {
    let state = 0;
    for (const character of keyword) {
      const cell = (state << rowBits) | (columns[character.charCodeAt(0)] ?? 0);
      if (next[cell] === 0) next[cell] = states++;
      state = next[cell] ?? 0;
    }
    hits[state]?.push(index);
  });
  completeTransitions(next, hits);
  const final = Uint8Array.from(hits, (list) => (list.length > 0 ? 1 : 0));

  return {
    scan(text, onHit) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        state = next[(state << rowBits) | (code < 128 ? (columns[code] ?? 0) : 0)] ?? 0;
        if (final[state] === 1) for (const keyword of hits[state] ?? []) onHit(keyword, i + 1);
      }
    },
  };
}

function assignColumns(keywords: readonly string[]): Uint8Array {
  const columns = new Uint8Array(128);
  let used = 0;
  for (const character of new Set(keywords.join(''))) {
    const code = character.charCodeAt(0);
    if (code >= 128 || character !== character.toLowerCase())
      throw new Error('keywords must be lower-case ASCII');
    columns[code] = ++used;
    columns[character.toUpperCase().charCodeAt(0)] = used;
  }
  if (used >= 1 << rowBits) throw new Error('too many different keyword characters');
  for (let digit = 48; digit <= 57; digit++) columns[digit] = columns[48] ?? 0;
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
