import { isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/max';
import { CharClass, isAt, runEnd } from '../characters.js';
import { Rule } from '../rule.js';
import type { Span } from '../span.js';
import type { View } from '../view/view.js';
import type { Detector } from './detector.js';
import type { NumberCluster } from './number-cluster.js';

/** ITU E.164: country code and number together. */
const fewestDigits = 8;
const mostDigits = 15;

/** Numbers with a leading `+`, in one piece or in groups. */
export const detectInternationalPhone: Detector = (view, start, end, report) => {
  const { text } = view;
  if (!/[1-9]/.test(text[end] ?? '') || isAt(text, start - 1, CharClass.Alnum | CharClass.Base64Extra))
    return;
  for (const stop of candidateEnds(view, end).reverse()) {
    if (!isPhone(view, text.slice(start, stop), undefined)) continue;
    report({ rule: Rule.Phone, start, end: stop });
    return;
  }
};

/** Ends of the digit groups at which an international number may end, shortest first. */
function candidateEnds(view: View, from: number): number[] {
  const ends: number[] = [];
  let digits = 0;
  let at = from;
  for (;;) {
    const end = runEnd(view, at, CharClass.Digit, mostDigits + 1);
    digits += end - at;
    if (digits > mostDigits) break;
    if (digits >= fewestDigits && !isAt(view.text, end, CharClass.Word)) ends.push(end);
    const separator = /^[ .-]?[( ]?(?:\d{1,4}\)[ -]?)?(?=\d)/.exec(view.text.slice(end, end + 8))?.[0];
    if (separator === undefined || separator.length === 0) break;
    digits += separator.replace(/\D/g, '').length;
    at = end + separator.length;
  }
  return ends.slice(-3);
}

const contextWord = /(?:phone|tel(?:ephone)?|mobile|cell|fax|call|reach|dial|whatsapp|sms|contact)/i;
const contextReach = 32;

/** Countries whose national numbers are recognised after a word such as `phone`. */
const regions: readonly CountryCode[] = ['US', 'GB', 'FR', 'BR', 'DE', 'AU', 'IT', 'ES', 'NL', 'ZA'];

/**
 * National numbers: North American ones by their 3-3-4 layout, others only shortly after a word that announces a
 * telephone number, since a bare group of digits can be anything.
 */
export function findNationalPhones(view: View, cluster: NumberCluster, report: (span: Span) => void): void {
  for (let group = 0; group < cluster.starts.length; group++) {
    const taken = northAmericanGroups(view, cluster, group) || announcedGroups(view, cluster, group);
    if (taken === 0) continue;
    const start = cluster.starts[group] ?? 0;
    const opened = view.text[start - 1] === '(';
    report({
      rule: Rule.Phone,
      start: opened ? start - 1 : start,
      end: cluster.ends[group + taken - 1] ?? start,
    });
    group += taken - 1;
  }
}

function northAmericanGroups(view: View, cluster: NumberCluster, group: number): number {
  const start = cluster.starts[group] ?? 0;
  const end = cluster.ends[group + 2];
  if (end === undefined || end - start < 12 || end - start > 14 || !standsAlone(view.text, start, end))
    return 0;
  const written = view.text.slice(start, end);
  if (!/^[2-9]\d\d(?:([-.])[2-9]\d\d\1|\) ?[2-9]\d\d[-. ]| [2-9]\d\d[- ])\d{4}$/.test(written)) return 0;
  if (written.includes(')') !== (view.text[start - 1] === '(')) return 0;
  if (written[3] === ' ' && !isAnnounced(view, start)) return 0;
  return isPhone(view, written.replace(')', ''), ['US']) ? 3 : 0;
}

function announcedGroups(view: View, cluster: NumberCluster, group: number): number {
  const start = cluster.starts[group] ?? 0;
  const opened = view.text[start - 1] === '(';
  if (!opened && view.text[start] !== '0') return 0;
  let digits = 0;
  for (let taken = 0; taken < 5; taken++) {
    const groupStart = cluster.starts[group + taken];
    const end = cluster.ends[group + taken];
    if (groupStart === undefined || end === undefined) return 0;
    digits += end - groupStart;
    if (digits > 12) return 0;
    if (digits < 9 || !standsAlone(view.text, opened ? start - 1 : start, end)) continue;
    if (!isAnnounced(view, start)) return 0;
    if (isPhone(view, view.text.slice(opened ? start - 1 : start, end), regions)) return taken + 1;
  }
  return 0;
}

function isAnnounced(view: View, start: number): boolean {
  view.work.steps += contextReach;
  return contextWord.test(view.text.slice(Math.max(0, start - contextReach), start));
}

function standsAlone(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 1, CharClass.Token | CharClass.Base64Extra | CharClass.Dot)) {
    if (text[start - 1] !== '=') return false;
  }
  return (
    !isAt(text, end, CharClass.Word) &&
    !(/[-.]/.test(text[end] ?? '') && isAt(text, end + 1, CharClass.Alnum))
  );
}

function isPhone(view: View, written: string, countries: readonly CountryCode[] | undefined): boolean {
  const tried = countries ?? [undefined];
  return tried.some((country) => {
    if (view.phoneBudget <= 0) return true;
    view.phoneBudget--;
    return isValidPhoneNumber(written, country);
  });
}
