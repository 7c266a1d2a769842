import validator from 'validator';
import { CharClass, isAt } from '../characters.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import type { NumberCluster } from './number-cluster.js';

/**
 * Issuer ranges with their lengths. The validator's own ranges are looser (it takes any text that begins like an
 * older Mastercard number), so both must agree. Visa numbers of 13 digits are left out: none is in use, and product
 * codes have that length.
 */
const issuers = new RegExp(
  [
    '4\\d{15}(?:\\d{3})?',
    '5[1-5]\\d{14}',
    '2(?:22[1-9]|2[3-9]\\d|[3-6]\\d\\d|7[01]\\d|720)\\d{12}',
    '3[47]\\d{13}',
    '3(?:0[0-5]|[689]\\d)\\d{11}',
    '35(?:2[89]|[3-8]\\d)\\d{12}',
    '6(?:011|5\\d\\d|4[4-9]\\d)\\d{12}',
    '62\\d{14,17}',
    '(?:5018|5020|5038|5893|6304|6759|676[1-3])\\d{12}',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
);

/** Lengths of the groups that cards are printed in. */
const layouts = new Set(['4,4,4,4', '4,4,4,4,3', '4,6,5', '4,6,4']);

/**
 * Four-digit groups in a row that can be one card and a neighbour. A longer row is a table of numbers, unless it
 * divides into cards exactly.
 */
const longestCardChain = 5;

/** Whether a string of digits alone is a payment card number: issuer, length and check digit are right. */
export function isCardNumber(digits: string): boolean {
  if (!issuers.test(digits) || /^(\d)\1+$/.test(digits)) return false;
  return validator.isLuhnNumber(digits);
}

/** Card numbers in a cluster, in one group or printed in several with one kind of separator. */
export function findCards(view: View, cluster: NumberCluster, report: (span: Span) => void): void {
  let chain = { from: 0, to: 0 };
  for (let group = 0; group < cluster.starts.length; group++) {
    if (group >= chain.to) chain = chainAt(cluster, group);
    const taken = cardGroups(view, cluster, group);
    if (taken === 0 || (taken > 3 && isInTable(chain, group))) continue;
    const start = cluster.starts[group] ?? 0;
    const end = cluster.ends[group + taken - 1] ?? start;
    report({ rule: 'pii.CREDIT_CARD', start, end });
    group += taken - 1;
  }
}

/** Number of groups, from `group` on, that make up a card; 0 for none. */
function cardGroups(view: View, cluster: NumberCluster, group: number): number {
  const { text } = view;
  const start = cluster.starts[group] ?? 0;
  const end = cluster.ends[group] ?? 0;
  const length = end - start;
  if ((length !== 4 && length < 14) || isAt(text, start - 1, CharClass.Word) || isFraction(text, start))
    return 0;
  if (length >= 14)
    return length <= 19 && endsNumber(text, end) && isCardNumber(text.slice(start, end)) ? 1 : 0;
  for (const count of [5, 4, 3]) {
    const last = group + count - 1;
    const stop = cluster.ends[last];
    if (stop === undefined || !endsNumber(text, stop) || !hasCardLayout(text, cluster, group, last)) continue;
    view.work.steps += stop - start;
    if (isCardNumber(text.slice(start, stop).replace(/\D/g, ''))) return count;
  }
  return 0;
}

function hasCardLayout(text: string, cluster: NumberCluster, first: number, last: number): boolean {
  if (lengthOf(cluster, first + 1) !== 4 && lengthOf(cluster, first + 1) !== 6) return false;
  const lengths: number[] = [];
  const separator = text[cluster.ends[first] ?? 0];
  for (let group = first; group <= last; group++) {
    const start = cluster.starts[group] ?? 0;
    const end = cluster.ends[group] ?? 0;
    lengths.push(end - start);
    if (group < last && (text[end] !== separator || cluster.starts[group + 1] !== end + 1)) return false;
  }
  return layouts.has(lengths.join(','));
}

/** The row of four-digit groups that starts at `group`; one group long when that has another length. */
function chainAt(cluster: NumberCluster, group: number): { from: number; to: number } {
  let to = group;
  while (to < cluster.starts.length && lengthOf(cluster, to) === 4) to++;
  return { from: group, to: Math.max(to, group + 1) };
}

function isInTable(chain: { from: number; to: number }, group: number): boolean {
  const length = chain.to - chain.from;
  return length > longestCardChain && (length % 4 !== 0 || (group - chain.from) % 4 !== 0);
}

function lengthOf(cluster: NumberCluster, group: number): number {
  return (cluster.ends[group] ?? 0) - (cluster.starts[group] ?? 0);
}

function isFraction(text: string, start: number): boolean {
  return text[start - 1] === '.' && isAt(text, start - 2, CharClass.Digit);
}

function endsNumber(text: string, end: number): boolean {
  if (isAt(text, end, CharClass.Word)) return false;
  return !(text[end] === '.' && isAt(text, end + 1, CharClass.Digit));
}
