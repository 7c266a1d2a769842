import type { Span } from './span.js';
import type { View } from './view.js';

/**
 * Judges one keyword occurrence. It may read only a bounded distance from the keyword, or runs that no other
 * occurrence reads more than a fixed number of times; that is what keeps a scan linear.
 *
 * @param start of the keyword
 * @param end of the keyword, exclusive
 */
export type Detector = (view: View, start: number, end: number, report: (span: Span) => void) => void;
