import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import { MARKER_OPENING } from '../engine/marker.js';

const longestMarker = 160;

/** Text that looks like a redaction marker and is none of this job. */
export function findForgedMarkers(view: View, report: (span: Span) => void): void {
  const { text, markers } = view;
  for (let at = text.indexOf(MARKER_OPENING); at !== -1; at = text.indexOf(MARKER_OPENING, at + 1)) {
    if (markers.has(at)) continue;
    const close = text.slice(at, at + longestMarker).indexOf(']');
    report({
      rule: 'unsafe.forged-marker',
      start: at,
      end: close === -1 ? at + MARKER_OPENING.length : at + close + 1,
    });
  }
}
