import { bySpecificity, definitionOf } from '../rules/catalogue.js';
import { Severity, severityRank, type RuleId } from '../rule/scale.js';

/** How a finding was hidden, outermost first. */
export const Encoding = {
  /** Escapes, look-alike or invisible characters, or a text in several pieces. */
  Disguise: 'disguise',
  Base64: 'base64',
  Hex: 'hex',
  Utf16: 'utf-16',
  Gzip: 'gzip',
  Deflate: 'deflate',
} as const;

/** See {@link Encoding}. */
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

/** A found range, end exclusive, in UTF-16 units of the text it was found in. */
export interface Span {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  /** Present when a rule that was merged into this span is of another severity than the one that names it. */
  readonly severity?: Severity;
  /** Other rules that were merged into this span: what is done about it must do for them, too. */
  readonly also?: readonly RuleId[];
  /** Present when the value was not readable as written. */
  readonly via?: readonly Encoding[];
}

/** Severity of a span: what was merged into it counts. Rules that are not of this library are high. */
export function severityOf(span: Pick<Span, 'rule' | 'severity'>): Severity {
  return span.severity ?? definitionOf(span.rule)?.severity ?? Severity.High;
}

/**
 * Sorts spans and joins those that overlap into one that covers all of them, named by the most specific rule and as
 * severe as the most severe. Covering the union matters: keeping only one of two crossing spans would leave a part of
 * the other in the output.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  if (spans.length < 2) return [...spans];
  const sorted = [...spans].sort(
    (a, b) => a.start - b.start || b.end - a.end || bySpecificity(a.rule, b.rule),
  );
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else merged[merged.length - 1] = join(last, span);
  }
  return merged;
}

function join(a: Span, b: Span): Span {
  const [named, other] = bySpecificity(a.rule, b.rule) <= 0 ? [a, b] : [b, a];
  const severity =
    severityRank(severityOf(other)) > severityRank(severityOf(named)) ? severityOf(other) : named.severity;
  return {
    rule: named.rule,
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    ...(severity === undefined ? {} : { severity }),
    ...alsoOf(named.rule, [named, other]),
    ...(named.via === undefined ? {} : { via: named.via }),
  };
}

/** The rules of spans besides the one that names what becomes of them. */
export function alsoOf(rule: RuleId, spans: readonly Span[]): Pick<Span, 'also'> {
  const others = new Set(spans.flatMap((span) => [span.rule, ...(span.also ?? [])]));
  others.delete(rule);
  return others.size === 0 ? {} : { also: [...others] };
}

/** Replaces sorted, disjoint spans by what `markerFor` gives for their rules. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  markerFor: (rule: RuleId) => string,
): string {
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
export function mapToOriginal(
  found: readonly Span[],
  replaced: readonly Span[],
  markerFor: (rule: RuleId) => string,
): Span[] {
  const marked = positionsAfterReplacing(replaced, markerFor);
  return found.map((span) => ({
    ...span,
    start: originalPosition(marked, span.start, 'start'),
    end: originalPosition(marked, span.end, 'end'),
  }));
}

interface MarkedRange {
  readonly range: Span;
  readonly start: number;
  readonly end: number;
}

function positionsAfterReplacing(
  replaced: readonly Span[],
  markerFor: (rule: RuleId) => string,
): MarkedRange[] {
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
