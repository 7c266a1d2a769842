import { settingsOf, type Settings } from '../engine/settings.js';
import { replaceSpans, type Span } from '../engine/span.js';
import type { FingerprintedFinding } from '../finding.js';
import { findingOf, isReplaced } from './finding-of.js';
import { fingerprintOf, type ScanOptions } from './fingerprint.js';
import { findAllSpans } from './scan-text.js';

/** A text fit to be stored or shown, and what was taken out of it. */
export interface RedactedText {
  readonly text: string;
  /** Places in the text as it was before. */
  readonly findings: FingerprintedFinding[];
}

/**
 * Replaces everything that {@link scanText} finds by `[REDACTED:<rule>]`, except what is only told. Redacting the
 * result again, with the same options, changes nothing.
 */
export function redactText(text: string, options: ScanOptions): RedactedText {
  const settings = settingsOf(options);
  return redactSpans(text, findAllSpans(text, { steps: 0 }, settings), options, settings);
}

/** Replaces known spans, which must be sorted and disjoint. */
export function redactSpans(
  text: string,
  spans: readonly Span[],
  options: ScanOptions,
  settings: Settings,
): RedactedText {
  if (spans.length === 0) return { text, findings: [] };
  const findings = spans.map((span) => ({
    ...findingOf(span, settings),
    fingerprint: fingerprintOf(text.slice(span.start, span.end), options),
  }));
  const replaced = spans.filter((span) => isReplaced(span, settings));
  return { text: replaceSpans(text, replaced, settings.markers.markerFor), findings };
}
