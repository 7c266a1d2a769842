import { CharClass, isAt } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import type { ContextRule } from '../rule/context-rule.js';
import { contextRules } from '../rules/catalogue.js';
import type { Span } from '../engine/span.js';

/** Blanks in a word stand for what names put between their parts. */
const separators = ['', ' ', '_', '-'] as const;
/** A word may stand once for a column of values: each value found lets the next one be as far away as the first. */
const chain = 200;

interface WordRule {
  readonly rule: ContextRule;
  /** Letters may follow the word. */
  readonly open: boolean;
}

const byWord = new Map<string, WordRule[]>();
for (const rule of contextRules) {
  for (const word of rule.words) {
    const open = word.endsWith('*');
    const bare = open ? word.slice(0, -1) : word;
    for (const separator of bare.includes(' ') ? separators : ['']) {
      const keyword = bare.replaceAll(' ', separator);
      byWord.set(keyword, [...(byWord.get(keyword) ?? []), { rule, open }]);
    }
  }
}

/** Detectors of the context rules, by the word that announces the value. */
export const contextDetectors: ReadonlyArray<readonly [string, Detector]> = [...byWord].map(
  ([keyword, rules]) => [keyword, detectorFor(rules)],
);

function detectorFor(rules: readonly WordRule[]): Detector {
  return (view, start, end, report) => {
    if (!beginsWord(view.text, start)) return;
    for (const { rule, open } of rules) {
      if (!open && goesOn(view.text, end)) continue;
      if (isOn(view, rule)) search(view, rule, end, report);
    }
  };
}

/** Rules that a name announces as a whole or in one of its words. */
export function contextRulesOf(name: string): ContextRule[] {
  const lower = name.toLowerCase();
  const found = new Set<ContextRule>();
  for (const [keyword, rules] of byWord) {
    const at = lower.indexOf(keyword);
    if (at === -1 || !beginsWord(name, at)) continue;
    for (const { rule, open } of rules) if (open || !goesOn(name, at + keyword.length)) found.add(rule);
  }
  return [...found];
}

/** Whether the region of a rule is switched on. */
export function isOn(view: View, rule: ContextRule): boolean {
  return view.settings.regions?.has(rule.region) ?? true;
}

/** At the beginning, after something that is no letter, or at a hump of camel case. */
function beginsWord(text: string, start: number): boolean {
  if (!isAt(text, start - 1, CharClass.Letter)) return true;
  const before = text[start - 1] ?? '';
  const first = text[start] ?? '';
  if (text[start - 2] === '\\' && /[nrt]/.test(before)) return true;
  return before === before.toLowerCase() && first !== first.toLowerCase();
}

/** A lower-case letter makes another word of it, except the end of a plural. */
function goesOn(text: string, end: number): boolean {
  const next = text[end] ?? '';
  if (next === 's' && !isAt(text, end + 1, CharClass.Letter)) return false;
  return /[a-z]/.test(next) && /[a-z]/.test(text[end - 1] ?? '')
    ? true
    : /[A-Z]/.test(next) && /[A-Z]/.test(text[end - 1] ?? '');
}

function search(view: View, rule: ContextRule, from: number, report: (span: Span) => void): void {
  const start = Math.max(from, view.contextUntil?.get(rule) ?? 0);
  let until = from + rule.within;
  if (start >= until) return;
  let at = start;
  while (at < until) {
    const found = firstValue(view, rule, at, until);
    if (found === undefined) break;
    report({ rule: rule.id, ...found });
    at = found.end;
    until = found.end + chain;
  }
  (view.contextUntil ??= new Map<object, number>()).set(
    rule,
    Math.max(at, Math.min(until, from + rule.within)),
  );
}

/** The first value in a stretch of text that fits the form, stands alone and passes the check. */
export function firstValue(
  view: View,
  rule: ContextRule,
  from: number,
  until: number,
): { start: number; end: number } | undefined {
  const { text } = view;
  const window = text.slice(from, until + longestValue);
  view.work.steps += window.length;
  rule.form.lastIndex = 0;
  for (let found = rule.form.exec(window); found !== null; found = rule.form.exec(window)) {
    const start = from + found.index;
    const end = start + found[0].length;
    if (start >= until) return undefined;
    if (standsAlone(text, start, end) && rule.valid(found[0])) return { start, end };
    rule.form.lastIndex = found.index + 1;
  }
  return undefined;
}

/** Longest value of any context rule, with its separators. */
const longestValue = 32;

function standsAlone(text: string, start: number, end: number): boolean {
  if (
    isAt(text, start - 1, CharClass.Alnum) &&
    !(text[start - 2] === '\\' && /[nrt]/.test(text[start - 1] ?? ''))
  )
    return false;
  if (/[-.+]/.test(text[start - 1] ?? '') && isAt(text, start - 2, CharClass.Digit)) return false;
  if (isAt(text, end, CharClass.Word)) return false;
  return !(/[-.]/.test(text[end] ?? '') && isAt(text, end + 1, CharClass.Alnum));
}
