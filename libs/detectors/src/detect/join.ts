import type { View } from '../engine/view.js';
import { KeyKind } from './key-name.js';

/** What joins a name to its value, and where the value begins. */
export interface Join {
  readonly end: number;
  /** The name may be a word of prose or of a listing, so the value must look like a secret beyond doubt. */
  readonly loose: boolean;
}

/** What may stand between a name and its value, blanks included; each part is bounded. */
const operator =
  /\\{0,15}["'`]?[\])]{0,2}\*{0,2}[ \t]{0,16}(?:(?::[ \t]{0,4}&?(?:'\w{1,12} )?[A-Za-z][\w<>.?]{0,24}[ \t]{0,4}|[ \t]{1,4}(?:[Aa]s )?(?:[Ss]tring|str|varchar|text)[ \t]{1,4}|:)?={1,3}>?|:|=>|->|,(?=[ \t]{0,4}["'`]))\*{0,2}[ \t]{0,16}(?:[@$bBfFrRuUL]{1,2}(?=["'`]))?(?:\s{1,16}(?=\\{0,15}["']))?/y;
/** `name: X, value: Y`, in JSON, YAML or XML. */
const pair = /\\{0,15}["']?\s{0,8},?\s{0,16}\\{0,15}["']?value\\{0,15}["']?\s{0,4}[:=]\s{0,4}/iy;
/** A part of a form, after its headers; or a variable that is declared with its default. */
const block =
  /["'](?:\r?\n[\w-]{1,32}: [^\r\n]{0,80}){0,3}\r?\n\r?\n|["']\s{0,4}\{\s{0,40}(?:[^{}\n]{0,100}\n\s{0,16}){0,4}default\s{0,16}=\s{0,4}(?=")/y;
/** `<name>value</name>`, `<x name="…">value</x>`, and either with one element around the value. */
const element = /["']?[ \t]{0,4}>\s{0,40}(?:<[\w:.-]{1,32}>\s{0,40})?(?=[^<>\s]{6,512}\s{0,40}<\/)/y;
/** `<x>name</x> <value>…</value>`. */
const siblings =
  /<\/[\w:.-]{1,32}>\s{0,40}<(?:value|string|val|text|code|td|dd|b|strong)>\s{0,16}(?=[^<>\s]{6,512}\s{0,40}<\/)/iy;
/** A blank alone, after a command-line option, or in `password X` and `password is X`. */
const blank = /[ \t]{1,16}(?:(?:is|was|of|for)[: ][ \t]{0,4})?/y;
const beforeQuote = /[ \t]{1,8}@?(?=\\{0,15}["'`])/y;
const pipe = /[ \t]{0,16}\|[ \t]{0,16}/y;
/** Two blanks and more, in a listing. */
const gap = /[ \t]{2,40}/y;
const comma = /,(?=[^\s,"']{8,256}(?:[,\r\n]|$))/y;
/** A name of several words is no word of prose. */
const compound = /[A-Za-z0-9][_-][A-Za-z]|[a-z][A-Z]/;

/** How the name that begins at `start` and ends at `end` is joined to what follows it; undefined when it is not. */
export function readJoin(
  view: View,
  name: string,
  kind: KeyKind,
  start: number,
  end: number,
): Join | undefined {
  const strict =
    matchEnd(view, pair, end) ??
    matchEnd(view, operator, end) ??
    matchEnd(view, element, end) ??
    matchEnd(view, block, end);
  if (strict !== undefined) return { end: strict, loose: false };
  const isOption = name.startsWith('--');
  const isNamed = isOption || kind === KeyKind.Password || kind === KeyKind.AwsSecret || compound.test(name);
  const loosely =
    matchEnd(view, siblings, end) ??
    matchEnd(view, pipe, end) ??
    matchEnd(view, beforeQuote, end) ??
    (isNamed ? matchEnd(view, blank, end) : undefined) ??
    matchEnd(view, gap, end) ??
    (beginsLine(view.text, start) ? matchEnd(view, comma, end) : undefined);
  return loosely === undefined ? undefined : { end: loosely, loose: !isOption };
}

function beginsLine(text: string, start: number): boolean {
  return start === 0 || text[start - 1] === '\n';
}

/** Where a sticky pattern ends that begins at a place; undefined when it does not match there. */
export function matchEnd(view: View, pattern: RegExp, at: number): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.test(view.text) ? pattern.lastIndex : undefined;
  view.work.steps += found === undefined ? 1 : found - at;
  return found;
}
