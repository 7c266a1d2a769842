import { maxPointerLength } from '../finding.js';

/** One step from the root of a value to a place in it; steps share their parents. */
export interface JsonPath {
  readonly parent: JsonPath | undefined;
  /** Member name or array index, not yet escaped. */
  readonly segment: string | number;
}

/**
 * RFC 6901 pointer of a path under a base pointer, cut to the nearest ancestor whose pointer is short enough. The
 * base is never cut.
 */
export function pointerOf(path: JsonPath | undefined, basePointer: string): string {
  const segments: string[] = [];
  for (let step = path; step !== undefined; step = step.parent) segments.push(escapeSegment(step.segment));
  let pointer = basePointer;
  for (let i = segments.length - 1; i >= 0; i--) {
    const longer = `${pointer}/${segments[i] ?? ''}`;
    if (longer.length > maxPointerLength) break;
    pointer = longer;
  }
  return pointer;
}

function escapeSegment(segment: string | number): string {
  return typeof segment === 'number' ? String(segment) : segment.replace(/~/g, '~0').replace(/\//g, '~1');
}
