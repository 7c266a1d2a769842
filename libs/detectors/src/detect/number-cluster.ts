import { CharClass, isAt, runEnd } from '../characters.js';
import type { View } from '../view/view.js';
import { findCards } from './credit-card.js';
import type { Detector } from './detector.js';
import { findNationalPhones } from './phone.js';

/** Digits written in groups, such as `4-4-4-4`. All positions are in the text; ends are exclusive. */
export interface NumberCluster {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Groups read at once; a longer cluster is read in pieces that overlap by more than any number has groups. */
const maxGroups = 256;
const overlap = 8;
const longestGroup = 20;

/** The shortest number of interest is a national telephone number. */
const fewestCharacters = 9;

/** Reads each cluster of digit groups once and looks for card and telephone numbers in it. */
export const detectNumbers: Detector = (view, start, _end, report) => {
  if (start < view.digitsUntil) return;
  const cluster = readCluster(view, start);
  const full = cluster.starts.length === maxGroups;
  const lastEnd = cluster.ends.at(-1) ?? start + 1;
  view.digitsUntil = full ? (cluster.starts[maxGroups - overlap] ?? lastEnd) : lastEnd;
  if (lastEnd - start < fewestCharacters) return;
  findCards(view, cluster, report);
  findNationalPhones(view, cluster, report);
};

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
  const first = text[end];
  if (first !== ' ' && first !== '-' && first !== '.' && first !== ')') return -1;
  if (isAt(text, end + 1, CharClass.Digit)) return end + 1;
  return first === ')' && text[end + 1] === ' ' && isAt(text, end + 2, CharClass.Digit) ? end + 2 : -1;
}
