import { isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/max';
import { CharClass, isAt, runEnd } from '../characters.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import type { Detector } from '../engine/detector.js';
import type { NumberCluster } from './number-cluster.js';

/** ITU E.164: country code and number together. */
const fewestDigits = 8;
const mostDigits = 15;
/** A national number with its leading zero. */
const mostNational = 12;

/** Numbers with a leading `+`, in one piece or in groups. */
export const detectInternationalPhone: Detector = (view, start, end, report) => {
  const { text } = view;
  if (!/[1-9]/.test(text[end] ?? '') || isInToken(text, start - 1)) return;
  for (const stop of candidateEnds(view, end).reverse()) {
    if (!isPhone(view, text.slice(start, stop), undefined)) continue;
    report({ rule: 'pii.PHONE_NUMBER', start, end: stop });
    return;
  }
};

/** After a letter or a sign of base 64 a plus is no beginning of a number; after an equals sign it may be. */
function isInToken(text: string, at: number): boolean {
  return text[at] !== '=' && isAt(text, at, CharClass.Alnum | CharClass.Base64Extra);
}

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

const contextWord =
  /phone|mobile|whatsapp|contact(?!_?id)|telefon|telef[oó]|t[ée]l[ée]ph|(?<![a-z])(?:mobil|handy|celular|portable|gsm|tlf|t[ée]l|cell(?! ?[a-z]{1,2}\d)|fax|call|reach|dial|sms)(?![a-z]{4})/i;
const contextReach = 72;
/** A word that leaves no doubt, with little between it and the number, or in the header of a table. */
const plainWord =
  /(?:phone|tel|telephone|telefon|telefoon|telefono|mobile|mobil|handy|celular|gsm|tlf|cell|whatsapp|fax|msisdn)(?:[ _-]{0,2}(?:number|no|nr|num))?[_.]{0,2}["'\\]{0,4}(?:\s{0,3}[:=|>,][\s"'\\>=]{0,6}| (?:is|on file as|at) |[^\n]{0,40}\n[^\n]{0,40}[,;|] ?)$/i;

/** Every word of the two patterns holds one of these; for `tél`, which is not ASCII, its last letter stands. */
const phoneWords = [
  ...[
    'phone',
    'mobil',
    'whatsapp',
    'contact',
    'telef',
    'handy',
    'celular',
    'portable',
    'gsm',
    'tlf',
    'tel',
    'l:',
    'l. ',
    'l :',
  ],
  ...['cell', 'fax', 'call', 'reach', 'dial', 'sms', 'msisdn'],
];

/** Notes where a word stood that may announce a number, so that the patterns run on few of the numbers of a log. */
export const phoneWordDetectors: ReadonlyArray<readonly [string, Detector]> = phoneWords.map((word) => [
  word,
  notePhoneWord,
]);

function notePhoneWord(view: View, _start: number, end: number): void {
  view.phoneWordAt = end;
}

/** Whether a word that may announce a telephone number stands shortly before a place. */
export function mayBeAnnounced(view: View, start: number): boolean {
  return start - view.phoneWordAt <= contextReach;
}

/** Countries whose national numbers are recognised after a word such as `phone`. */
const regions: readonly CountryCode[] = [
  'US',
  'GB',
  'FR',
  'BR',
  'DE',
  'AU',
  'IT',
  'ES',
  'NL',
  'ZA',
  'NG',
  'TH',
  'JP',
  'KR',
  'TR',
];
/** Countries whose numbers begin with no zero. */
const zeroless: readonly CountryCode[] = ['ES', 'PL', 'US', 'NO', 'DK', 'PT', 'CZ', 'IN', 'SG', 'MX', 'CN'];

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
      rule: 'pii.PHONE_NUMBER',
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
  const isPlain = !opened && view.text[start] !== '0';
  if (isPlain && !isPlainlyAnnounced(view, start)) return 0;
  const longest = view.text.startsWith('00', start) ? mostDigits + 2 : mostNational;
  let digits = 0;
  for (let taken = 0; taken < 5; taken++) {
    const groupStart = cluster.starts[group + taken];
    const end = cluster.ends[group + taken];
    if (groupStart === undefined || end === undefined) return 0;
    digits += end - groupStart;
    if (digits > longest) return 0;
    if (digits < (isPlain ? 8 : 9) || !standsAlone(view.text, opened ? start - 1 : start, end)) continue;
    if (!isPlain && !isAnnounced(view, start)) return 0;
    if (isPhone(view, view.text.slice(opened ? start - 1 : start, end), isPlain ? zeroless : regions))
      return taken + 1;
  }
  return 0;
}

function isPlainlyAnnounced(view: View, start: number): boolean {
  if (!mayBeAnnounced(view, start)) return false;
  view.work.steps += contextReach;
  return plainWord.test(view.text.slice(Math.max(0, start - contextReach), start));
}

function isAnnounced(view: View, start: number): boolean {
  if (!mayBeAnnounced(view, start)) return false;
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
