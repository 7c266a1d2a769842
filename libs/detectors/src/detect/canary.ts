import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';

/** Every place of every planted value. */
export function findCanaries(view: View, report: (span: Span) => void): void {
  for (const canary of view.settings.canaries) {
    view.work.steps += view.text.length;
    for (let at = view.text.indexOf(canary); at !== -1; at = view.text.indexOf(canary, at + canary.length))
      report({ rule: 'unsafe.canary-hit', start: at, end: at + canary.length });
  }
}
