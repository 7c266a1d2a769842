import { bySpecificity } from '../rules/catalogue.js';
import { alsoOf, Encoding, mergeSpans, type Span } from '../engine/span.js';
import type { Settings } from '../engine/settings.js';
import { viewOf, type View } from '../engine/view.js';
import { findForgedMarkers } from '../detect/forged-marker.js';
import { findForeignPasswords } from '../detect/foreign-password.js';
import { findHiddenText, findTerminalEscapes } from '../detect/hidden-text.js';
import { budgetFor, MAX_DECODING_DEPTH, type DecodeBudget } from '../view/decode-budget.js';
import { findEncodedRuns, type EncodedRun } from '../view/encoded-runs.js';
import { Disguise } from '../view/disguise.js';
import { foldText, originalPlace, type FoldedText } from '../view/folded-text.js';
import type { WorkCounter } from '../work-counter.js';
import { findCanaries } from '../detect/canary.js';
import { findTenantMatches } from '../tenant/tenant-matches.js';
import { scanKeywords } from './scan-keywords.js';

/** What one scan carries along through all views of a text. */
interface Scan {
  readonly work: WorkCounter;
  readonly settings: Settings;
  readonly budget: DecodeBudget;
}

/**
 * Spans in the text as written, in the text as a reader sees it, and in what is encoded in it; sorted and disjoint.
 * A secret found inside an encoded run makes the whole run a finding, since a part of it cannot be replaced.
 */
export function findSpans(text: string, work: WorkCounter, settings: Settings): Span[] {
  return mergeSpans(spansIn(text, { work, settings, budget: budgetFor(text.length) }, 0));
}

function spansIn(text: string, scan: Scan, depth: number): Span[] {
  const spans: Span[] = [];
  const report = (span: Span): void => void spans.push(span);
  const view = viewOf(text, scan.work, scan.settings);
  scanKeywords(view, report);
  if ((view.disguises & Disguise.NonAscii) !== 0) {
    findHiddenText(view, report);
    findForeignPasswords(view, report);
  }
  if ((view.disguises & (Disguise.NonAscii | Disguise.Terminal)) !== 0) findTerminalEscapes(view, report);
  if (scan.settings.markers.id !== undefined) findForgedMarkers(view, report);
  findCanaries(view, report);
  findTenantMatches(view, report);
  if (view.disguises !== 0)
    for (const folded of foldText(text, view.disguises))
      spans.push(...spansInFolded(folded, text, scan, depth));
  if (depth < MAX_DECODING_DEPTH) spans.push(...spansInRuns(view, scan, depth));
  return spans;
}

function spansInFolded(folded: FoldedText, original: string, scan: Scan, depth: number): Span[] {
  const spans: Span[] = [];
  const report = (span: Span): void => {
    if (span.rule === 'unsafe.suppression-marker') return;
    const { start, end } = originalPlace(folded, original, span.start, span.end);
    const isDisguised = end - start !== span.end - span.start;
    spans.push({
      ...span,
      start,
      end,
      ...(isDisguised ? { via: [Encoding.Disguise, ...(span.via ?? [])] } : {}),
    });
  };
  const view = viewOf(folded.text, scan.work, scan.settings);
  scanKeywords(view, report);
  findCanaries(view, report);
  findTenantMatches(view, report);
  if (depth < MAX_DECODING_DEPTH) spansInRuns(view, scan, depth).forEach(report);
  return spans;
}

/** Addresses of machines in data that is encoded are no details of a person. */
const ignoredInside = new Set<string>([
  'pii.IP_ADDRESS',
  'pii.MAC_ADDRESS',
  'unsafe.suppression-marker',
  'unsafe.ansi-escape',
]);

function spansInRuns({ text, work }: View, scan: Scan, depth: number): Span[] {
  const spans: Span[] = [];
  for (const run of findEncodedRuns(text, scan.budget)) {
    const found = discordToken(text, run) ?? spanOfRun(run, scan, depth);
    if (found !== undefined) spans.push(found);
    work.steps += run.decoded?.length ?? 0;
  }
  return spans;
}

/** A Discord token begins with the number of its bot in base 64. */
const discordRest = /\.[\w-]{6}\.[\w-]{27,38}/y;

function discordToken(text: string, { start, end, decoded }: EncodedRun): Span | undefined {
  if (decoded === undefined || !/^\d{17,20}$/.test(decoded)) return undefined;
  discordRest.lastIndex = end;
  return discordRest.test(text)
    ? { rule: 'secret.discord-bot-token', start, end: discordRest.lastIndex }
    : undefined;
}

function spanOfRun(run: EncodedRun, scan: Scan, depth: number): Span | undefined {
  const { start, end, decoded, encodings } = run;
  if (decoded === undefined) {
    const rule = encodings.length > 1 ? 'unsafe.archive-bomb' : 'unsafe.scan-limit';
    return { rule, start, end, via: encodings };
  }
  const inside = spansIn(decoded, scan, depth + 1).filter((span) => !ignoredInside.has(span.rule));
  if (inside.length === 0) return undefined;
  const [named] = inside.sort((a, b) => bySpecificity(a.rule, b.rule));
  return named === undefined
    ? undefined
    : { ...named, start, end, ...alsoOf(named.rule, inside), via: [...encodings, ...(named.via ?? [])] };
}
