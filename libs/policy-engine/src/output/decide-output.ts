import {
  MAX_OUTPUT_RULE_IDS,
  OUTPUT_ACTIONS,
  OutputAction,
  type DetectorAction,
  type OutputFinding,
} from '@countersign/contracts';
import type { OutputRule } from '../findings/finding-rule.js';
import { findingMatcher, type FindingMatcher, type FindingPlace } from '../findings/finding-matcher.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { isTopic, topicTokens } from '../topic/topic-pattern.js';

/** Where a finding is: the job whose output holds it, and the producer that the output goes to. */
export interface OutputPlace {
  readonly topic: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly destination: string;
}

/** What is to happen with a finding. */
export interface OutputDecision {
  readonly action: OutputAction;
  readonly alert: boolean;
  /** The rules that matched, the strictest first and then by id; empty where the detector's own action stands. */
  readonly ruleIds: readonly string[];
}

/** The compiled rules about outputs, strictest first. */
export type OutputMatchers = readonly { readonly rule: OutputRule; readonly matcher: FindingMatcher }[];

export const outputMatchers = (rules: readonly OutputRule[]): OutputMatchers =>
  rules.map((rule) => ({ rule, matcher: findingMatcher(rule.match) }));

const UNSURE: OutputDecision = { action: OutputAction.Quarantine, alert: true, ruleIds: [] };

/** What a detector does by itself, in the words of a policy: what it only tells stays in the text. */
const BY_DEFAULT = {
  alert: OutputAction.Release,
  redact: OutputAction.Redact,
  quarantine: OutputAction.Quarantine,
} as const satisfies Record<DetectorAction, OutputAction>;

/**
 * What a policy says of findings in one job's output: the strictest of all rules that match, and the detector's own
 * action where none does. Rules of a scope only tighten what holds without them, so where they alone match they are held
 * against the detector's own action. Pure, and it never throws: what can't be decided is quarantined.
 */
export function decideOutput(
  { outputs }: PolicySnapshot,
  place: OutputPlace,
): (found: OutputFinding) => OutputDecision {
  if (!isTopic(place.topic)) return () => UNSURE;
  const where: FindingPlace = { ...place, tokens: topicTokens(place.topic) };
  const concerned = outputs.filter(({ matcher }) => matcher.concerns(where));
  return (found) => ruleOn(concerned, found);
}

function ruleOn(concerned: OutputMatchers, found: OutputFinding): OutputDecision {
  const byDefault: OutputAction | undefined = BY_DEFAULT[found.action];
  // The contract knows no other word; a finding that has one is not from a detector.
  if (byDefault === undefined) return UNSURE;
  const matched = concerned.flatMap(({ rule, matcher }) => (matcher.holds(found) ? [rule] : []));
  const wide = matched.find(({ scope }) => scope === undefined);
  const [strictest] = matched;
  const base = wide?.action ?? byDefault;
  return {
    action: strictest ? stricterOutput(base, strictest.action) : base,
    alert: matched.some(({ alert }) => alert) || (matched.length === 0 && found.action === 'alert'),
    ruleIds: matched.slice(0, MAX_OUTPUT_RULE_IDS).map(({ id }) => id),
  };
}

/** The stricter of two actions. */
export function stricterOutput(left: OutputAction, right: OutputAction): OutputAction {
  return OUTPUT_ACTIONS.indexOf(left) >= OUTPUT_ACTIONS.indexOf(right) ? left : right;
}
