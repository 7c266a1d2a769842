import { CharClass, isAt, runEnd, runStart } from '../characters.js';
import type { View } from '../view/view.js';
import type { Detector } from './detector.js';
import { classifyKey, KeyKind, longestKeyName } from './key-name.js';
import { readQuoted, readUnquoted, type ReadValue } from './read-value.js';
import { judgeValue, type ValueForm } from './secret-value.js';

/** Words whose presence makes the name around them worth judging. */
export const assignmentKeywords = ['pass', 'pw', 'secret', 'token', 'key', 'auth', 'credential'] as const;

/** What may stand between a name and its value, blanks included; each part is bounded. */
const operator =
  /\\{0,3}["'`]?[\])]{0,2}[ \t]{0,16}(?:(?::[ \t]{0,4}[A-Za-z][\w<>.]{0,24}[ \t]{0,4}|:)?={1,3}>?|:|=>|->)[ \t]{0,16}(?:\s{1,16}(?=\\{0,3}["']))?/y;
/** `name: X, value: Y`, in JSON, YAML or XML. */
const pair = /\\{0,3}["']?\s{0,8},?\s{0,16}\\{0,3}["']?value\\{0,3}["']?\s{0,4}[:=]\s{0,4}/iy;
/** A blank alone, after a command-line option, or in `password X` and `password is X`. */
const blank = /[ \t]{1,16}(?:(?:is|was)[: ][ \t]{0,4})?/y;
/** Names remembered per text; enough for the field names of any log. */
const maxKnownNames = 1000;
const scheme = /(?:Bearer|Basic|Token|ApiKey|Digest)[ \t]{1,4}/iy;

/** A value after a name that announces a secret: `KEY=value`, `"apiKey": "…"`, `password: …`, `--token …`. */
export const detectAssignment: Detector = (view, start, end, report) => {
  if (start < view.namesUntil || start < view.valueTakenUntil) return;
  const nameStart = runStart(view, start, CharClass.Name, longestKeyName);
  let nameEnd = runEnd(view, end, CharClass.Name, longestKeyName);
  view.namesUntil = nameEnd;
  while (nameEnd > end && isAt(view.text, nameEnd - 1, CharClass.Hyphen | CharClass.Dot)) nameEnd--;
  const name = view.text.slice(nameStart, nameEnd);
  const kind = kindOf(view, name);
  if (kind === undefined) return;
  const joined = readJoin(view, name, kind, nameEnd);
  if (joined === undefined) return;
  const value = readValueAt(view, joined.end, joined.loose, isShellName(name, view.text, nameEnd));
  if (value === undefined) return;
  const form: ValueForm = { quoted: value.quoted, loose: joined.loose };
  const rule = judgeValue(view.text.slice(value.start, value.end), kind, form);
  if (rule === undefined || isInResourceName(view, nameStart)) return;
  view.valueTakenUntil = value.end;
  report({ rule, start: value.start, end: value.end });
};

function kindOf(view: View, name: string): KeyKind | undefined {
  if (view.keyKinds.has(name)) return view.keyKinds.get(name);
  const kind = classifyKey(name);
  if (view.keyKinds.size < maxKnownNames) view.keyKinds.set(name, kind);
  return kind;
}

function readJoin(
  view: View,
  name: string,
  kind: KeyKind,
  at: number,
): { end: number; loose: boolean } | undefined {
  const strict = matchEnd(view, operator, at) ?? matchEnd(view, pair, at);
  if (strict !== undefined) return { end: strict, loose: false };
  const mayUseBlank = kind === KeyKind.Password || kind === KeyKind.AwsSecret || name.startsWith('--');
  const end = mayUseBlank ? matchEnd(view, blank, at) : undefined;
  return end === undefined ? undefined : { end, loose: !name.startsWith('--') };
}

function readValueAt(view: View, from: number, loose: boolean, toLineEnd: boolean): ReadValue | undefined {
  const quoted = readQuoted(view, from);
  const start = quoted?.start ?? from;
  const afterScheme = matchEnd(view, scheme, start);
  if (quoted !== undefined) return afterScheme === undefined ? quoted : { ...quoted, start: afterScheme };
  return readUnquoted(view, afterScheme ?? start, toLineEnd && !loose);
}

function matchEnd(view: View, pattern: RegExp, at: number): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.test(view.text) ? pattern.lastIndex : undefined;
  view.work.steps += found === undefined ? 1 : found - at;
  return found;
}

/** `NAME=` with no blank, in capitals: a shell or `.env` line, whose value runs to the next blank. */
function isShellName(name: string, text: string, nameEnd: number): boolean {
  return text[nameEnd] === '=' && /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** An Amazon resource name has fields called `secret` and `token` that hold names, not values. */
function isInResourceName(view: View, nameStart: number): boolean {
  if (view.text[nameStart - 1] !== ':') return false;
  const before = view.text.slice(Math.max(0, nameStart - 96), nameStart);
  return /(?:^|[^A-Za-z0-9])arn:[A-Za-z0-9:_-]*$/.test(before);
}
