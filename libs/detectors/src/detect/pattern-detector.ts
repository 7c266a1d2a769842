import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import { Judge, type PatternRule } from '../rule/pattern-rule.js';
import { patternRules } from '../rules/pattern-rules.js';
import { KeyKind } from './key-name.js';
import { isPlaceholder } from './placeholder.js';
import { judgeValue } from './secret-value.js';
import { looksIssued, looksRandom } from './variety.js';

/** Detectors of the pattern rules, by keyword. */
export const patternDetectors: ReadonlyArray<readonly [string, Detector]> = patternRules.flatMap((rule) =>
  rule.keywords.map((keyword) => [keyword, detectorFor(rule)] as const),
);

function detectorFor(rule: PatternRule): Detector {
  return (view, start, end, report) => {
    const valueStart = afterLead(view, rule, end);
    if (valueStart === undefined) return;
    rule.value.lastIndex = valueStart;
    if (!rule.value.test(view.text)) return;
    const valueEnd = trimmedEnd(view.text, valueStart, rule.value.lastIndex, rule.judge);
    view.work.steps += valueEnd - valueStart;
    const value = view.settings.markers.without(view.text.slice(valueStart, valueEnd));
    if (!passes(rule.judge, value)) return;
    const lead = leadStart(view, rule, start);
    if (lead === undefined) return;
    report({ rule: rule.id, start: rule.whole ? lead : valueStart, end: valueEnd });
  };
}

function afterLead(view: View, { lead }: PatternRule, end: number): number | undefined {
  if (lead === undefined) return end;
  lead.lastIndex = end;
  view.work.steps += 16;
  return lead.test(view.text) ? lead.lastIndex : undefined;
}

/** Where the surroundings of the keyword begin; undefined when they are not the right ones. */
function leadStart(view: View, { before, reach }: PatternRule, start: number): number | undefined {
  if (before === undefined) return start;
  const from = Math.max(0, start - reach);
  view.work.steps += start - from;
  const found = before.exec(view.text.slice(from, start));
  return found === null ? undefined : from + found.index;
}

/** A password in running text does not end in the full stop of its sentence. */
function trimmedEnd(text: string, start: number, end: number, judge: Judge): number {
  if (judge !== Judge.Password) return end;
  let last = end;
  while (last > start && /[.,;)\]>]/.test(text[last - 1] ?? '') && /\s|^$/.test(text[last] ?? '')) last--;
  return last;
}

function passes(judge: Judge, value: string): boolean {
  const beginning = value.slice(0, 256);
  switch (judge) {
    case Judge.Shape:
      return true;
    case Judge.Issued:
      return looksIssued(beginning) && !isPlaceholder(beginning);
    case Judge.Password:
      return judgeValue(beginning, KeyKind.Password, { quoted: false, loose: true }) !== undefined;
    case Judge.Token:
      return (
        looksIssued(beginning) &&
        looksRandom(beginning) &&
        judgeValue(beginning, KeyKind.Token, { quoted: true, loose: false }) !== undefined
      );
  }
}
