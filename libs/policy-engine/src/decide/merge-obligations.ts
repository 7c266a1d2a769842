import type { ApprovalTerms, PolicyRule, ThrottleTerms } from '../policy-rule.js';
import { ObligationFlag, OnExcess } from '../vocabulary.js';
import { EvaluationFault } from './evaluation-fault.js';

/** One rate that holds. Its count is kept by rule and key: rules never share one. */
export interface ThrottleLimit extends Omit<ThrottleTerms, 'on_excess'> {
  readonly rule_id: string;
}

/** All limits hold at once. `on_excess` is `reject` as soon as one of the rules says so. */
export interface ThrottleObligation {
  readonly on_excess: OnExcess;
  /** By rule id. */
  readonly limits: readonly ThrottleLimit[];
}

/** What must happen besides the constraints before a job may run. */
export interface Obligations {
  readonly approval?: ApprovalTerms;
  readonly throttle?: ThrottleObligation;
  /** The job is marked in the audit as one to look at. */
  readonly audit?: true;
  /** The released work waits for a person's mark. */
  readonly review_after?: true;
  /** Somebody is told; also of a denial. */
  readonly notify?: true;
  /** A failed run is rolled back by its compensation. */
  readonly rollback?: true;
}

/** What rules say should follow a denial: only telling somebody, for nothing runs. */
export function obligationsOfDenial(rules: readonly PolicyRule[]): Obligations {
  return rules.some(({ obligations }) => obligations?.includes(ObligationFlag.Notify))
    ? { notify: true }
    : {};
}

/**
 * The obligations of all matching rules, merged to the tightest.
 * Throws {@link EvaluationFault} when the rules' groups have none in common: then nobody could approve for both.
 */
export function mergeObligations(rules: readonly PolicyRule[]): Obligations {
  const terms: ApprovalTerms[] = [];
  const throttling: PolicyRule[] = [];
  const flags: { -readonly [flag in ObligationFlag]?: true } = {};
  for (const rule of rules) {
    if (rule.approval) terms.push(rule.approval);
    if (rule.throttle) throttling.push(rule);
    for (const flag of rule.obligations ?? []) flags[flag] = true;
  }
  return {
    ...(terms.length > 0 && { approval: mergeApprovals(terms) }),
    ...(throttling.length > 0 && { throttle: mergeThrottles(throttling) }),
    ...flags,
  };
}

function mergeApprovals(terms: readonly ApprovalTerms[]): ApprovalTerms {
  const limited = terms.filter(({ groups }) => groups.length > 0);
  const common = inAll(limited.map(({ groups }) => groups));
  // An empty list means any reviewer, so an empty intersection must never be passed on as one.
  if (limited.length > 0 && common.length === 0) {
    throw new EvaluationFault('matching rules ask for approval by groups that have none in common');
  }
  return {
    quorum: Math.max(...terms.map(({ quorum }) => quorum)),
    groups: common,
    ttl_sec: Math.min(...terms.map(({ ttl_sec }) => ttl_sec)),
    ...(terms.some(({ confirm }) => confirm) && { confirm: true as const }),
    ...mergeEscalations(terms, limited, common),
  };
}

/**
 * Escalating lets more people answer, so it only lets those whom every rule with groups lets answer, at once or later.
 * Where no rule has groups anybody may answer anyway, and all that are named are asked. A shorter `ttl` of another rule
 * may end the question before it escalates.
 */
function mergeEscalations(
  terms: readonly ApprovalTerms[],
  limited: readonly ApprovalTerms[],
  common: readonly string[],
): Pick<ApprovalTerms, 'escalate_after_sec' | 'escalate_to'> {
  const waits = terms.flatMap(({ escalate_after_sec: wait }) => wait ?? []);
  if (waits.length === 0) return {};
  const groups =
    limited.length === 0
      ? [...new Set(terms.flatMap(({ escalate_to: to }) => to ?? []))].sort()
      : inAll(limited.map((term) => [...term.groups, ...(term.escalate_to ?? [])])).filter(
          (group) => !common.includes(group),
        );
  return groups.length === 0 ? {} : { escalate_after_sec: Math.min(...waits), escalate_to: groups };
}

/** What all lists name, sorted. */
function inAll(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  return [...new Set(first)].filter((name) => others.every((list) => list.includes(name))).sort();
}

function mergeThrottles(rules: readonly PolicyRule[]): ThrottleObligation {
  const stated = rules.flatMap(({ id, throttle }) => (throttle ? [{ id, throttle }] : []));
  const rejects = stated.some(({ throttle }) => throttle.on_excess === OnExcess.Reject);
  return {
    on_excess: rejects ? OnExcess.Reject : OnExcess.Hold,
    limits: stated
      .map(({ id, throttle: { limit, window_sec, key, burst } }) => ({
        rule_id: id,
        limit,
        window_sec,
        key,
        burst,
      }))
      .sort((left, right) => (left.rule_id < right.rule_id ? -1 : 1)),
  };
}
