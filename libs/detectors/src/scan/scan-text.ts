import type { Finding } from '../finding.js';
import { compareRules, severityOf } from '../rule.js';
import { mapToOriginal, mergeSpans, replaceSpans, type Span } from '../span.js';
import type { WorkCounter } from '../work-counter.js';
import { findSpans } from './find-spans.js';

/** Options of a scan that matter to tests and benchmarks only. */
export interface ScanTextOptions {
  /** Receives the number of characters looked at. */
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
 * leaves a text in which a scan finds nothing. Takes time in proportion to the length of the text, whatever it holds.
 */
export function scanText(text: string, options: ScanTextOptions = {}): Finding[] {
  return findAllSpans(text, options.work ?? { steps: 0 }).map(({ rule, start, end }) => ({
    rule,
    severity: severityOf[rule],
    offset: start,
    length: end - start,
  }));
}

/** Finds further spans in a text by what is known about its place, such as the name of the member that holds it. */
export type ContextRule = (text: string) => Span[];

/** The spans of {@link scanText}, with those that a context adds. */
export function findAllSpans(text: string, work: WorkCounter, context: ContextRule = () => []): Span[] {
  if (text.length < shortestFinding) return [];
  let spans = mergeSpans([...findSpans(text, work), ...context(text)]);
  if (spans.length === 0) return spans;
  for (let round = 0; round < maxRounds; round++) {
    const redacted = replaceSpans(text, spans);
    const more = [...findSpans(redacted, work), ...context(redacted)];
    if (more.length === 0) return spans;
    spans = mergeSpans([...spans, ...mapToOriginal(more, spans)]);
  }
  const [strongest] = [...spans].sort((a, b) => compareRules(a.rule, b.rule));
  return strongest === undefined ? [] : [{ rule: strongest.rule, start: 0, end: text.length }];
}
