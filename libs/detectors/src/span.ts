import { markerFor } from './marker.js';
import { compareRules, type Rule } from './rule.js';

/** A found range, end exclusive, in UTF-16 units of the text it was found in. */
export interface Span {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
}

/**
 * Sorts spans and joins those that overlap into one that covers all of them, named by the strongest rule. Covering
 * the union matters: keeping only one of two crossing spans would leave a part of the other in the output.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  if (spans.length === 0) return [];
  const sorted = [...spans].sort(
    (a, b) => a.start - b.start || b.end - a.end || compareRules(a.rule, b.rule),
  );
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const rule = compareRules(span.rule, last.rule) < 0 ? span.rule : last.rule;
    merged[merged.length - 1] = { rule, start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

/** Replaces sorted, disjoint spans by their markers. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const span of spans) {
    out += text.slice(from, span.start) + markerFor(span.rule);
    from = span.end;
  }
  return out + text.slice(from);
}

/**
 * Maps spans found in the output of {@link replaceSpans} back to the original text. An edge inside a marker moves to
 * the matching edge of the range that the marker stands for.
 */
export function mapToOriginal(found: readonly Span[], replaced: readonly Span[]): Span[] {
  const marked = positionsAfterReplacing(replaced);
  return found.map(({ rule, start, end }) => ({
    rule,
    start: originalPosition(marked, start, 'start'),
    end: originalPosition(marked, end, 'end'),
  }));
}

interface MarkedRange {
  readonly range: Span;
  readonly start: number;
  readonly end: number;
}

function positionsAfterReplacing(replaced: readonly Span[]): MarkedRange[] {
  let shift = 0;
  return replaced.map((range) => {
    const start = range.start + shift;
    const end = start + markerFor(range.rule).length;
    shift = end - range.end;
    return { range, start, end };
  });
}

function originalPosition(marked: readonly MarkedRange[], position: number, side: 'start' | 'end'): number {
  let low = 0;
  let high = marked.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = marked[middle]?.start ?? 0;
    if (side === 'start' ? start <= position : start < position) low = middle + 1;
    else high = middle;
  }
  const before = marked[low - 1];
  if (before === undefined) return position;
  const inside = side === 'start' ? position < before.end : position <= before.end;
  return inside ? before.range[side] : position - before.end + before.range.end;
}
