import { settingsOf, type DetectOptions, type Settings } from '../engine/settings.js';
import { mapToOriginal, mergeSpans, replaceSpans, type Span } from '../engine/span.js';
import type { Finding } from '../finding.js';
import { bySpecificity } from '../rules/catalogue.js';
import type { WorkCounter } from '../work-counter.js';
import { findEchoes } from './echoes.js';
import { findSpans } from './find-spans.js';
import { findingOf, isReplaced } from './finding-of.js';
import { findAfterReplacing } from './rescan.js';

/** Options of a scan. */
export interface ScanTextOptions extends DetectOptions {
  /** Receives the number of characters looked at; for tests and benchmarks. */
  readonly work?: WorkCounter;
}

/**
 * Redactions tried before the whole text is given up. A second one is needed only when replacing a finding brings
 * out another, such as a token that was glued to it.
 */
const maxRounds = 6;

/** No rule finds less: this is the shortest e-mail address and the shortest value judged. */
const shortestFinding = 6;

/**
 * Finds what must not leave: sorted, disjoint, and complete in the sense that replacing every finding by its marker
 * leaves a text in which a scan finds nothing more to replace. Takes time in proportion to the length of the text,
 * whatever it holds.
 */
export function scanText(text: string, options: ScanTextOptions = {}): Finding[] {
  const settings = settingsOf(options);
  return findAllSpans(text, options.work ?? { steps: 0 }, settings).map((span) => findingOf(span, settings));
}

/** Finds further spans in a text by what is known about its place, such as the name of the member that holds it. */
export type ContextRule = (text: string) => Span[];

const noContext: ContextRule = () => [];

/** The spans of {@link scanText}, with those that a context adds. */
export function findAllSpans(
  text: string,
  work: WorkCounter,
  settings: Settings,
  context: ContextRule = noContext,
): Span[] {
  if (text.length < shortestFinding) return [];
  const first =
    context === noContext
      ? findSpans(text, work, settings)
      : mergeSpans([...findSpans(text, work, settings), ...context(text)]);
  if (first.length === 0) return first;
  const told = first.filter((span) => !isReplaced(span, settings));
  const replaced = completed(
    text,
    work,
    settings,
    context,
    first.filter((span) => isReplaced(span, settings)),
  );
  return told.length === 0 ? replaced : mergeSpans([...told, ...replaced]);
}

/** Adds copies of what was found, and what comes out only when something is replaced. */
function completed(
  text: string,
  work: WorkCounter,
  settings: Settings,
  context: ContextRule,
  found: Span[],
): Span[] {
  if (found.length === 0) return found;
  let spans = mergeSpans([...found, ...findEchoes(text, found, work)]);
  for (let round = 0; round < maxRounds; round++) {
    const more = [
      ...findAfterReplacing(text, spans, work, settings),
      ...findByContext(text, spans, settings, context),
    ].filter((span) => isReplaced(span, settings));
    if (more.length === 0) return spans;
    spans = mergeSpans([...spans, ...more]);
  }
  const [named] = [...spans].sort((a, b) => bySpecificity(a.rule, b.rule));
  return named === undefined ? [] : [{ ...named, start: 0, end: text.length }];
}

/** What a context finds in the text after spans were replaced. */
function findByContext(
  text: string,
  spans: readonly Span[],
  settings: Settings,
  context: ContextRule,
): Span[] {
  if (context === noContext) return [];
  const { markerFor } = settings.markers;
  return mapToOriginal(context(replaceSpans(text, spans, markerFor)), spans, markerFor);
}
