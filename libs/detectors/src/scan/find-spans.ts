import { assignmentKeywords, detectAssignment } from '../detect/assignment.js';
import { detectBasicAuthorization, detectBearerToken } from '../detect/authorization.js';
import type { Detector } from '../detect/detector.js';
import { detectEmail } from '../detect/email.js';
import { detectJsonWebToken } from '../detect/json-web-token.js';
import { detectNumbers } from '../detect/number-cluster.js';
import { detectInternationalPhone } from '../detect/phone.js';
import { detectAwsAccessKeyId, prefixedTokenDetectors } from '../detect/prefixed-token.js';
import { detectPrivateKey } from '../detect/private-key.js';
import { detectUrlPassword } from '../detect/url-password.js';
import { buildKeywordAutomaton } from '../keyword-automaton.js';
import { mergeSpans, type Span } from '../span.js';
import { findEncodedRuns } from '../view/encoded-runs.js';
import { foldText } from '../view/folded-text.js';
import { viewOf, type View } from '../view/view.js';
import type { WorkCounter } from '../work-counter.js';
import { compareRules } from '../rule.js';

/** Every keyword, in lower case, with the detector that judges its occurrences. */
const detectors: ReadonlyArray<readonly [string, Detector]> = [
  ...prefixedTokenDetectors,
  ...['akia', 'asia', 'abia', 'acca'].map((keyword) => [keyword, detectAwsAccessKeyId] as const),
  ...assignmentKeywords.map((keyword) => [keyword, detectAssignment] as const),
  ['-----begin ', detectPrivateKey],
  ['eyj', detectJsonWebToken],
  ['://', detectUrlPassword],
  ['bearer ', detectBearerToken],
  ['basic ', detectBasicAuthorization],
  ['@', detectEmail],
  ['+', detectInternationalPhone],
  ['0', detectNumbers],
];
const automaton = buildKeywordAutomaton(detectors.map(([keyword]) => keyword));

/** Encodings undone one inside another. Each layer is at most three quarters as long as the one around it. */
const maxDecodingDepth = 3;

/**
 * Spans in the text as written, in the text as a reader sees it, and in what is encoded in it; sorted and disjoint.
 * A secret found inside an encoded run makes the whole run a finding, since a part of it cannot be replaced.
 */
export function findSpans(text: string, work: WorkCounter, depth = 0): Span[] {
  const view = viewOf(text, work);
  const spans = scanView(view);
  const folded = foldText(text);
  if (folded !== undefined) {
    for (const span of scanView(viewOf(folded.text, work))) {
      const start = folded.starts[span.start] ?? 0;
      spans.push({ rule: span.rule, start, end: folded.ends[span.end - 1] ?? text.length });
    }
  }
  if (depth < maxDecodingDepth) spans.push(...findEncodedSpans(view, depth));
  return mergeSpans(spans);
}

function scanView(view: View): Span[] {
  const { text, work, markers } = view;
  const spans: Span[] = [];
  let markerEnd = 0;
  const starts = [...markers.keys()];
  let nextMarker = 0;
  const report = (span: Span): void => void spans.push(span);
  work.steps += text.length;
  automaton.scan(text, (keyword, end) => {
    const entry = detectors[keyword];
    if (entry === undefined) return;
    const start = end - entry[0].length;
    while ((starts[nextMarker] ?? Infinity) < end) markerEnd = markers.get(starts[nextMarker++] ?? 0) ?? 0;
    if (start >= markerEnd) entry[1](view, start, end, report);
  });
  return spans;
}

function findEncodedSpans(view: View, depth: number): Span[] {
  const spans: Span[] = [];
  for (const run of findEncodedRuns(view.text)) {
    view.work.steps += run.decoded.length;
    const [strongest] = findSpans(run.decoded, view.work, depth + 1).sort((a, b) =>
      compareRules(a.rule, b.rule),
    );
    if (strongest !== undefined) spans.push({ rule: strongest.rule, start: run.start, end: run.end });
  }
  return spans;
}
