import { CharClass, classOf, isAt, runEnd } from '../characters.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import { isRrn, isSsn } from '../check/national-ids.js';
import { reportAddressAt } from './account-number.js';
import { findCards } from './credit-card.js';
import { ipv4End, reportIpv4 } from './network-address.js';
import { findNationalPhones, mayBeAnnounced } from './phone.js';

/** Digits written in groups, such as `4-4-4-4`. All positions are in the text; ends are exclusive. */
export interface NumberCluster {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Groups read at once; a longer cluster is read in pieces that overlap by more than any number has groups. */
const maxGroups = 256;
const overlap = 8;
const longestGroup = 20;

/** The shortest number of interest has nine digits. */
const fewestDigits = 9;

/**
 * Judges the number that begins at `start`, after no letter, digit or underscore. Reads each cluster of digit groups once and looks for the numbers of people and accounts in it. Most digits belong
 * to times, counts and sizes, so what they cannot be is decided first.
 */
export function detectNumbers(view: View, start: number, report: (span: Span) => void): void {
  const { text } = view;
  const end = digitsEnd(text, start);
  view.digitsUntil = end;
  view.work.steps += end - start + 1;
  const length = end - start;
  if (length > longestGroup) return;
  const after = text.charCodeAt(end);
  if (length === 4 && after === hyphen && text.charCodeAt(end + 3) === hyphen && isDate(text, end)) {
    view.digitsUntil = end + 6;
    return;
  }
  if ((classOf(after) & CharClass.Letter) !== 0) reportAddressAt(view, start, report);
  else if (after === dot && length <= 3 && reportAddress(view, start, end, report)) return;
  else if (
    afterSeparator(text, end) === -1 ? mayBeNumber(view, start, length) : isWorthReading(view, start, end)
  )
    readNumbers(view, start, report);
}

/** Nothing but a card number has so many digits in a row, and a group of fewer is one only after a word for it. */
const fewestOfCard = 14;

function mayBeNumber(view: View, start: number, length: number): boolean {
  return length >= fewestOfCard || (length >= fewestDigits && mayBeAnnounced(view, start));
}

const dot = 46;
const hyphen = 45;

/** `-mm-dd` after a year, and nothing that goes on with it. */
function isDate(text: string, end: number): boolean {
  return (
    isAt(text, end + 1, CharClass.Digit) &&
    isAt(text, end + 2, CharClass.Digit) &&
    isAt(text, end + 4, CharClass.Digit) &&
    isAt(text, end + 5, CharClass.Digit) &&
    !isAt(text, end + 6, CharClass.Digit | CharClass.Hyphen)
  );
}

function digitsEnd(text: string, start: number): number {
  let end = start + 1;
  for (let code = text.charCodeAt(end); code >= 48 && code <= 57; code = text.charCodeAt(end)) end++;
  return end;
}

/** Reports an IPv4 address whose first number ends at `end`. Returns whether there was one. */
function reportAddress(view: View, start: number, end: number, report: (span: Span) => void): boolean {
  const second = digitsEnd(view.text, end);
  if (second === end + 1 || second > end + 4 || view.text.charCodeAt(second) !== dot) return false;
  const stop = ipv4End(view, start);
  if (stop === undefined) return false;
  reportIpv4(view, start, stop, report);
  view.digitsUntil = stop;
  return true;
}

/**
 * Whether the groups make a number that a rule may know; spares dates, times and decimals the reading. Sets how far
 * the digits were judged if they do not.
 */
function isWorthReading(view: View, start: number, firstEnd: number): boolean {
  const { text } = view;
  let digits = firstEnd - start;
  let end = firstEnd;
  // Three, four or six digits begin the numbers that need no word before them; a later group is asked for itself.
  if (digits !== 3 && digits !== 4 && digits !== 6 && digits < fewestOfCard && !mayBeAnnounced(view, start))
    return false;
  for (let group = 1; group < 5; group++) {
    const next = afterSeparator(text, end);
    if (next === -1) break;
    end = digitsEnd(text, next);
    digits += end - next;
    if (group === 2 && digits === 8 && firstEnd - start === 4 && end - next === 2) break;
    if (digits >= fewestDigits) return true;
  }
  view.work.steps += end - firstEnd;
  view.digitsUntil = end;
  return false;
}

function readNumbers(view: View, start: number, report: (span: Span) => void): void {
  const cluster = readCluster(view, start);
  const full = cluster.starts.length === maxGroups;
  const lastEnd = cluster.ends.at(-1) ?? start + 1;
  view.digitsUntil = full ? (cluster.starts[maxGroups - overlap] ?? lastEnd) : lastEnd;
  if (lastEnd - start < fewestDigits) return;
  findCards(view, cluster, report);
  findNationalPhones(view, cluster, report);
  findHyphenated(view, cluster, report);
}

/** The letter of an escaped line end or tab is not a part of the number after it. */
function isEscapeLetter(text: string, at: number): boolean {
  return text[at - 1] === '\\' && /[nrt]/.test(text[at] ?? '');
}

/** Numbers whose hyphens give them away: `3-2-4` in the United States, `6-7` in South Korea. */
function findHyphenated(view: View, cluster: NumberCluster, report: (span: Span) => void): void {
  const { text } = view;
  const length = (group: number): number => (cluster.ends[group] ?? 0) - (cluster.starts[group] ?? 0);
  for (let group = 0; group + 1 < cluster.starts.length; group++) {
    const start = cluster.starts[group] ?? 0;
    const isUs = length(group) === 3 && length(group + 1) === 2 && length(group + 2) === 4;
    const isKorean = length(group) === 6 && length(group + 1) === 7;
    if (!isUs && !isKorean) continue;
    const end = cluster.ends[group + (isUs ? 2 : 1)] ?? start;
    const written = text.slice(start, end);
    if (!/^\d{3}-\d{2}-\d{4}$|^\d{6}-[1-8]\d{6}$/.test(written) || !standsAlone(text, start, end)) continue;
    if (isUs && isSsn(written) && isOnRegion(view, 'US')) report({ rule: 'pii.US_SSN', start, end });
    if (isKorean && isRrn(written) && isOnRegion(view, 'KR')) report({ rule: 'pii.KR_RRN', start, end });
  }
}

function isOnRegion(view: View, region: string): boolean {
  return view.settings.regions?.has(region) ?? true;
}

function standsAlone(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 1, CharClass.Token | CharClass.Dot) && !isEscapeLetter(text, start - 1))
    return false;
  return (
    !isAt(text, end, CharClass.Word) &&
    !(/[-.]/.test(text[end] ?? '') && isAt(text, end + 1, CharClass.Alnum))
  );
}

function readCluster(view: View, start: number): NumberCluster {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = start;
  while (starts.length < maxGroups) {
    const end = runEnd(view, at, CharClass.Digit, view.text.length);
    starts.push(at);
    ends.push(end);
    const next = afterSeparator(view.text, end);
    if (next === -1 || end - at > longestGroup) break;
    at = next;
  }
  return { starts, ends };
}

/** The digit after one separator, or after `) `; -1 when something else follows. */
function afterSeparator(text: string, end: number): number {
  const first = text.charCodeAt(end);
  if (first !== 32 && first !== 45 && first !== 46 && first !== 41) return -1;
  if (isAt(text, end + 1, CharClass.Digit)) return end + 1;
  return first === 41 && text[end + 1] === ' ' && isAt(text, end + 2, CharClass.Digit) ? end + 2 : -1;
}
