import { detectAnnouncedMac, detectColonGroups } from '../detect/network-address.js';
import { assignmentKeywords, detectAssignment } from '../detect/assignment.js';
import { detectBasicAuthorization, detectBearerToken } from '../detect/authorization.js';
import { contextDetectors } from '../detect/context-detector.js';
import { detectBech32Address, ibanCountries, reportIbanAt } from '../detect/account-number.js';
import { detectBracketedAt, detectBracketedDot, detectEmail, detectSpelledEmail } from '../detect/email.js';
import { detectJsonWebToken } from '../detect/json-web-token.js';
import { detectPuttyKey } from '../detect/key-blocks.js';
import { detectNumbers } from '../detect/number-cluster.js';
import { patternDetectors } from '../detect/pattern-detector.js';
import { detectInternationalPhone, phoneWordDetectors } from '../detect/phone.js';
import { detectPipedPassword, pipedKeywords } from '../detect/piped-password.js';
import { detectPrivateKey } from '../detect/private-key.js';
import { tokenDetectors } from '../detect/token-detector.js';
import { detectUrlPassword } from '../detect/url-password.js';
import {
  detectImageSource,
  detectMarkdownLink,
  detectScheme,
  detectSuppression,
  detectTag,
  schemeKeywords,
  suppressionMarkers,
  tagKeywords,
} from '../detect/unsafe-keywords.js';
import { CharClass, isAt } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import { ANY_DIGIT, buildKeywordAutomaton, knowsWords, Transition } from '../engine/keyword-automaton.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import { Disguise, disguiseDetectors } from '../view/disguise.js';

/** A number after an escaped line end or tab. */
const afterEscape: Detector = (view, _start, end, report) => {
  if (end - 1 >= view.digitsUntil) detectNumbers(view, end - 1, report);
};
/** An account number begins with its country's two letters and two digits. */
const atCountry: Detector = (view, start, _end, report) => {
  reportIbanAt(view, start, report);
};

const all = (keywords: readonly string[], detect: Detector) =>
  keywords.map((keyword) => [keyword, detect] as const);

/** Every keyword, in lower case, with a detector that judges its occurrences. */
const pairs: ReadonlyArray<readonly [string, Detector]> = [
  ...all(['\\n0', '\\t0', '\\r0'], afterEscape),
  ...all(
    ibanCountries.map((country) => `${country}00`),
    atCountry,
  ),
  ...disguiseDetectors,
  ...tokenDetectors,
  ...patternDetectors,
  ...contextDetectors,
  ...all(assignmentKeywords, detectAssignment),
  ...all(pipedKeywords, detectPipedPassword),
  ...all(['-----begin '], detectPrivateKey),
  ...all(['putty-user-key-file-'], detectPuttyKey),
  ...all(['eyj'], detectJsonWebToken),
  ...all(['://'], detectUrlPassword),
  ...all(['bearer '], detectBearerToken),
  ...all(['basic '], detectBasicAuthorization),
  ...all(['@'], detectEmail),
  ...all([' dot ', '[dot]', '(dot)', '{dot}'], detectSpelledEmail),
  ...all(['+'], detectInternationalPhone),
  ...all(['(at)', '[at]', '{at}'], detectBracketedAt),
  ...all(['[.]', '(.)'], detectBracketedDot),
  ...phoneWordDetectors,
  ...all([':'], detectColonGroups),
  ...all(['mac', 'hwaddr', 'hw addr', 'hw_addr', 'physical address', 'ether ', 'bssid'], detectAnnouncedMac),
  ...all(['bc1', 'tb1'], detectBech32Address),
  ...all(suppressionMarkers, detectSuppression),
  ...all(tagKeywords, detectTag),
  ...all(schemeKeywords, detectScheme),
  ...all(['](', ']: '], detectMarkdownLink),
  ...all(['src="', "src='", 'src='], detectImageSource),
];

interface KeywordDetector {
  readonly length: number;
  readonly detect: Detector;
}

const keywords = [...new Set(pairs.map(([keyword]) => keyword.replace(/\d/g, ANY_DIGIT)))];
const automaton = buildKeywordAutomaton(keywords);
const byKeyword = new Map<string, KeywordDetector[]>(keywords.map((keyword) => [keyword, []]));
for (const [keyword, detect] of pairs)
  byKeyword.get(keyword.replace(/\d/g, ANY_DIGIT))?.push({ length: keyword.length, detect });
/** Detectors of each final state, longest keyword first. */
const detectorsAt: ReadonlyArray<readonly KeywordDetector[]> = automaton.hits.map((hits) =>
  hits.flatMap((hit) => byKeyword.get(keywords[hit] ?? '') ?? []),
);

/** The keywords alone, for measuring what the pass over them costs. */
export const keywordAutomaton = automaton;

if (!knowsWords(automaton))
  throw new Error('a letter begins no keyword, so numbers would be seen within words');

const rowBits = 6;
const none: readonly KeywordDetector[] = [];
const nothing: KeywordDetector = { length: 0, detect: () => undefined };

/** One pass over a text: runs the detectors of every keyword, and notes on the view what disguises there may be. */
export function scanKeywords(view: View, report: (span: Span) => void): void {
  const { text } = view;
  const { columns, next } = automaton;
  const { length } = text;
  view.work.steps += length;
  const isHidden = view.markers.size === 0 ? never : insideMarkers(view.markers);
  let nonAscii = 0;
  let state = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      nonAscii = Disguise.NonAscii;
      state = 0;
      continue;
    }
    const transition = next[(state << rowBits) | (columns[code] ?? 0)] ?? 0;
    state = transition & Transition.State;
    if (transition <= Transition.State) continue;
    if (
      (transition & Transition.Number) !== 0 &&
      i >= view.digitsUntil &&
      !isWithinTime(text, i) &&
      !isHidden(i)
    )
      detectNumbers(view, i, report);
    if ((transition & Transition.Final) === 0) continue;
    const detectors = detectorsAt[state] ?? none;
    for (let at = 0; at < detectors.length; at++) {
      const { length: size, detect } = detectors[at] ?? nothing;
      if (!isHidden(i + 1 - size)) detect(view, i + 1 - size, i + 1, report);
    }
  }
  view.disguises |= nonAscii;
}

/** After a digit and a colon stands the rest of a time or a port. */
function isWithinTime(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === colon && isAt(text, at - 2, CharClass.Digit);
}

const colon = 58;

function never(): boolean {
  return false;
}

/** Whether a position lies in a marker; to be asked with positions that grow, give or take a keyword's length. */
function insideMarkers(markers: ReadonlyMap<number, number>): (position: number) => boolean {
  const ranges = [...markers];
  let next = 0;
  return (position) => {
    while (next < ranges.length && (ranges[next]?.[1] ?? 0) <= position - longestKeyword) next++;
    for (let i = next; i < ranges.length; i++) {
      const [start, end] = ranges[i] ?? [0, 0];
      if (start > position) return false;
      if (position < end) return true;
    }
    return false;
  };
}

const longestKeyword = Math.max(...keywords.map((keyword) => keyword.length));
