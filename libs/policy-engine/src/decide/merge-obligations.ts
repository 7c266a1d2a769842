import type { ApprovalTerms, PolicyRule, ThrottleTerms } from '../policy-rule.js';
import { OnExcess } from '../vocabulary.js';
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
}

/**
 * The obligations of all matching rules, merged to the tightest.
 * Throws {@link EvaluationFault} when the rules' groups have none in common: then nobody could approve for both.
 */
export function mergeObligations(rules: readonly PolicyRule[]): Obligations {
  const terms = rules.flatMap((rule) => rule.approval ?? []);
  const throttling = rules.filter((rule) => rule.throttle !== undefined);
  return {
    ...(terms.length > 0 && { approval: mergeApprovals(terms) }),
    ...(throttling.length > 0 && { throttle: mergeThrottles(throttling) }),
  };
}

function mergeApprovals(terms: readonly ApprovalTerms[]): ApprovalTerms {
  const limited = terms.map(({ groups }) => groups).filter((groups) => groups.length > 0);
  const [first = [], ...others] = limited;
  const common = first.filter((group) => others.every((groups) => groups.includes(group)));
  // An empty list means any reviewer, so an empty intersection must never be passed on as one.
  if (limited.length > 0 && common.length === 0) {
    throw new EvaluationFault('matching rules ask for approval by groups that have none in common');
  }
  return {
    quorum: Math.max(...terms.map(({ quorum }) => quorum)),
    groups: [...common].sort(),
    ttl_sec: Math.min(...terms.map(({ ttl_sec }) => ttl_sec)),
  };
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
