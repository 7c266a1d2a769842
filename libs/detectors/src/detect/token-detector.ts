import { CharClass, isAt, runEnd } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import type { TokenFormat } from '../rule/token-format.js';
import type { TokenRule } from '../rule/token-rule.js';
import { tokenRules } from '../rules/catalogue.js';
import { isPublishedExample } from './published-example.js';
import { looksIssued, looksRandom } from './variety.js';
import { joinWrapped } from './wrapped-token.js';

interface Candidate {
  readonly rule: TokenRule;
  readonly format: TokenFormat;
}

/** Most characters taken along when something is glued to the end of a token. */
const longestTail = 512;
/** Characters of a body that are judged. */
const judged = 96;

/** Detectors for tokens with a fixed text, by the lower-case keyword of that text. */
export const tokenDetectors: ReadonlyMap<string, Detector> = new Map(
  [...byKeyword()].map(([keyword, candidates]) => [keyword, detectorFor(candidates)]),
);

function byKeyword(): Map<string, Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const rule of tokenRules) {
    for (const format of rule.formats) {
      const keyword = format.keyword.toLowerCase();
      const others = found.get(keyword);
      if (others === undefined) found.set(keyword, [{ rule, format }]);
      else others.push({ rule, format });
    }
  }
  return found;
}

function detectorFor(candidates: readonly Candidate[]): Detector {
  return (view, start, end, report) => {
    if (start < view.tokensTakenUntil && start !== view.tokenTakenFrom) return;
    for (const candidate of candidates) {
      if (!view.text.startsWith(candidate.format.keyword, start)) continue;
      const from = tokenStart(view, candidate, start);
      const to = from === undefined ? undefined : tokenEnd(view, candidate, from, end);
      if (from === undefined || to === undefined) continue;
      view.tokensTakenUntil = Math.max(view.tokensTakenUntil, to);
      view.tokenTakenFrom = start;
      report({ rule: candidate.rule.id, start: from, end: to });
    }
  };
}

/** Where the token begins, if what stands before the keyword belongs to it and to nothing else. */
function tokenStart(view: View, { rule, format }: Candidate, start: number): number | undefined {
  let from = start;
  if (format.before !== undefined) {
    view.work.steps += format.reach;
    const found = format.before.exec(view.text.slice(Math.max(0, start - format.reach), start));
    if (found === null) return undefined;
    from = start - found[0].length;
  }
  const outside = rule.exact ? CharClass.Name : CharClass.Alnum;
  return isAt(view.text, from - 1, outside) && !isEscape(view.text, from - 1) ? undefined : from;
}

/** The letter of an escaped line end or tab is not a part of the word after it. */
function isEscape(text: string, at: number): boolean {
  return text[at - 1] === '\\' && /[nrt]/.test(text[at] ?? '');
}

function tokenEnd(view: View, candidate: Candidate, from: number, bodyStart: number): number | undefined {
  const { rule, format } = candidate;
  const { text } = view;
  format.after.lastIndex = bodyStart;
  const matched = format.after.test(text);
  view.work.steps += matched ? format.after.lastIndex - bodyStart : 16;
  const end = matched ? format.after.lastIndex : joinWrapped(view, bodyStart, format);
  if (end === undefined) return undefined;
  if (rule.exact && matched && isAt(text, end, CharClass.Word | CharClass.Hyphen)) return undefined;
  const whole = format.before === undefined ? text.slice(bodyStart, end) : text.slice(from, end);
  if (!isIssued(whole, rule) || isPublishedExample(text.slice(from, end))) return undefined;
  return tailEnd(view, end);
}

/** What is glued to a token goes with it: the rest of the word, and the padding of base 64. */
function tailEnd(view: View, from: number): number {
  const { text } = view;
  let end = from;
  if (isAt(text, end, CharClass.Token)) end = runEnd(view, end, CharClass.Token, longestTail);
  while (end > from && text[end - 1] === '-') end--;
  let padded = end;
  while (padded < end + 3 && text[padded] === '=') padded++;
  return padded > end && !isAt(text, padded, CharClass.Word) ? padded : end;
}

function isIssued(body: string, rule: TokenRule): boolean {
  const beginning = body.slice(0, judged);
  return looksIssued(beginning) && (!rule.random || looksRandom(beginning));
}
