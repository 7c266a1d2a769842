import type { Settings } from '../engine/settings.js';
import { mapToOriginal, replaceSpans, type Span } from '../engine/span.js';
import type { WorkCounter } from '../work-counter.js';
import { findSpans } from './find-spans.js';

/** Texts up to this length are scanned again as a whole. */
const shortText = 8192;
/** How far from a marker a rule can see it. */
const reach = 768;
/** What lies this close to a cut may be there because of the cut. */
const margin = 256;

/**
 * What a scan finds in a text after spans were replaced, at its places in the text as it was. Replacing changes what
 * stands next to the markers only, so a long text is scanned again around them.
 *
 * @param spans sorted and disjoint
 */
export function findAfterReplacing(
  text: string,
  spans: readonly Span[],
  work: WorkCounter,
  settings: Settings,
): Span[] {
  const { markerFor } = settings.markers;
  if (text.length <= shortText) {
    const found = findSpans(replaceSpans(text, spans, markerFor), work, settings);
    return found.length === 0 ? found : mapToOriginal(found, spans, markerFor);
  }
  return stretches(text.length, spans).flatMap((stretch) => {
    const moved = stretch.spans.map((span) => ({
      ...span,
      start: span.start - stretch.start,
      end: span.end - stretch.start,
    }));
    const part = replaceSpans(text.slice(stretch.start, stretch.end), moved, markerFor);
    const first = stretch.start === 0 ? 0 : margin;
    const last = stretch.end === text.length ? part.length : part.length - margin;
    const found = findSpans(part, work, settings).filter((span) => span.start >= first && span.end <= last);
    return mapToOriginal(found, moved, markerFor).map((span) => ({
      ...span,
      start: span.start + stretch.start,
      end: span.end + stretch.start,
    }));
  });
}

interface Stretch {
  readonly start: number;
  end: number;
  readonly spans: Span[];
}

/** The text around spans; spans that are near one another share a stretch. */
function stretches(length: number, spans: readonly Span[]): Stretch[] {
  const found: Stretch[] = [];
  for (const span of spans) {
    const start = Math.max(0, span.start - reach);
    const end = Math.min(length, span.end + reach);
    const last = found.at(-1);
    if (last === undefined || start > last.end) found.push({ start, end, spans: [span] });
    else {
      last.end = end;
      last.spans.push(span);
    }
  }
  return found;
}
