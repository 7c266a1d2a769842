import type { Span } from '../engine/span.js';
import { varietyOf } from '../detect/variety.js';
import { kindOf } from '../rule/definition.js';
import { Confidence, Kind } from '../rule/scale.js';
import { definitionOf } from '../rules/catalogue.js';
import type { WorkCounter } from '../work-counter.js';

/** Different values whose copies are looked for. */
const mostValues = 1024;
const shortestValue = 8;
const longestValue = 4096;
const mostCopies = 100_000;

/** A found secret, for recognising copies of it. Lives in memory only. */
export interface KnownValue {
  readonly rule: Span['rule'];
  readonly value: string;
}

/**
 * Secrets among spans that only their surroundings gave away, and that are rare enough that the same text elsewhere
 * is the same secret. Values of a form of their own are found wherever they stand.
 */
export function knownValues(text: string, spans: readonly Span[]): KnownValue[] {
  const values = new Map<string, KnownValue>();
  for (const span of spans) {
    const length = span.end - span.start;
    if (!needsContext(span) || length < shortestValue || length > longestValue) continue;
    const value = text.slice(span.start, span.end);
    if (!values.has(value) && isRare(value)) values.set(value, { rule: span.rule, value });
    if (values.size === mostValues) break;
  }
  return [...values.values()];
}

function needsContext({ rule, via }: Span): boolean {
  const confidence = definitionOf(rule)?.confidence;
  const isFormat = confidence === Confidence.Format || confidence === Confidence.VerifiedFormat;
  return kindOf(rule) === Kind.Secret && !isFormat && via === undefined;
}

function isRare(value: string): boolean {
  const variety = varietyOf(value.slice(0, 128));
  return variety.distinct >= 6 && (variety.digits > 0 || variety.symbols > 0 || variety.caseChanges > 1);
}

/** Other places of values that were found: the second copy of a password stands where nothing announces it. */
export function findEchoes(text: string, spans: readonly Span[], work: WorkCounter): Span[] {
  return findKnown(text, knownValues(text, spans), work);
}

/** Values up to this many are looked for one by one, with native search. */
const fewValues = 2;

/** Every place of known values. */
export function findKnown(text: string, known: readonly KnownValue[], work: WorkCounter): Span[] {
  const found: Span[] = [];
  if (known.length > fewValues) return findMany(text, known, work);
  for (const { rule, value } of known) {
    work.steps += text.length;
    for (
      let at = text.indexOf(value);
      at !== -1 && found.length < mostCopies;
      at = text.indexOf(value, at + value.length)
    )
      found.push({ rule, start: at, end: at + value.length });
  }
  return found;
}

/** Only every so many positions are looked at; values are longer, so one of their positions is among them. */
const stride = 7;

/** One pass for many values, by pairs of characters near their beginnings; costs the same however many there are. */
function findMany(text: string, known: readonly KnownValue[], work: WorkCounter): Span[] {
  const found: Span[] = [];
  const pairs = new Uint8Array(1 << 14);
  const byPair = new Map<number, { readonly item: KnownValue; readonly at: number }[]>();
  for (const item of known) {
    for (let at = 0; at < stride; at++) {
      const pair = pairAt(item.value, at);
      pairs[pair] = 1;
      byPair.set(pair, [...(byPair.get(pair) ?? []), { item, at }]);
    }
  }
  work.steps += text.length / stride;
  for (let i = 0; i + 1 < text.length && found.length < mostCopies; i += stride) {
    const pair = pairAt(text, i);
    if (pairs[pair] === 0) continue;
    for (const { item, at } of byPair.get(pair) ?? [])
      if (text.startsWith(item.value, i - at))
        found.push({ rule: item.rule, start: i - at, end: i - at + item.value.length });
  }
  return found;
}

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);
}
