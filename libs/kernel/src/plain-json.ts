import type { JsonValue } from './json-value.js';

/** What an escape of half a surrogate pair begins with; whole pairs look the same here. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Parses a text in which nothing is wrong, with `JSON.parse` and at half the cost of a reading by character. Undefined
 * when something is wrong, or may be: then the careful reader has the word.
 */
export function parsePlainJson(text: string, maxDepth: number): JsonValue | undefined {
  if (!text.isWellFormed() || (text.includes('\\u') && SURROGATE_ESCAPE.test(text))) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  // `JSON.parse` keeps one of several members with the same name: the text then names more than the value has.
  return countMembers(value, maxDepth) === countNames(text) ? value : undefined;
}

/** The members of all objects in a value; NaN when it holds what a strict reader refuses. */
function countMembers(value: JsonValue, depthLeft: number): number {
  if (typeof value === 'number') return isPlainNumber(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depthLeft === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) count += countMembers(element, depthLeft - 1);
    return count;
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') return Number.NaN;
    count += 1 + countMembers(value[name]!, depthLeft - 1);
  }
  return count;
}

const isPlainNumber = (value: number) =>
  Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));

/** The strings of a well-formed JSON text that a colon follows. Looked for from quote to quote, not by character. */
function countNames(text: string): number {
  let count = 0;
  for (let open = text.indexOf('"'); open >= 0;) {
    let after = endOfString(text, open) + 1;
    while (isSpace(text.charCodeAt(after))) after++;
    if (text.charCodeAt(after) === COLON) count++;
    open = text.indexOf('"', after);
  }
  return count;
}

function endOfString(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
