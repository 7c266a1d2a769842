import type { FingerprintedFinding } from '../finding.js';
import { severityOf } from '../rule.js';
import { replaceSpans, type Span } from '../span.js';
import { fingerprintOf, type ScanOptions } from './fingerprint.js';
import { findAllSpans } from './scan-text.js';

/** A text fit to be stored or shown, and what was taken out of it. */
export interface RedactedText {
  readonly text: string;
  /** Places in the text as it was before. */
  readonly findings: FingerprintedFinding[];
}

/** Replaces everything {@link scanText} finds by `[REDACTED:<rule>]`. Redacting the result again changes nothing. */
export function redactText(text: string, options: ScanOptions): RedactedText {
  return redactSpans(text, findAllSpans(text, { steps: 0 }), options);
}

/** Replaces known spans, which must be sorted and disjoint. */
export function redactSpans(text: string, spans: readonly Span[], options: ScanOptions): RedactedText {
  const findings = spans.map(({ rule, start, end }) => ({
    rule,
    severity: severityOf[rule],
    offset: start,
    length: end - start,
    fingerprint: fingerprintOf(text.slice(start, end), options),
  }));
  return { text: spans.length === 0 ? text : replaceSpans(text, spans), findings };
}
