import type {
  CommandShape,
  Decision,
  ObligationFlag,
  OnExcess,
  ReasonCode,
  ThrottleKey,
} from './vocabulary.js';

/** Limits on how a job may run. An absent limit is not limited by the policy; an empty list allows nothing. */
export interface Constraints {
  /** Longest run, in seconds; at least 1. */
  readonly max_runtime_sec?: number;
  /** Attempts after the first. */
  readonly max_retries?: number;
  /** Largest output, in bytes; at least 1. */
  readonly max_output_bytes?: number;
  /** Memory, in MiB; at least 1. */
  readonly memory_mb?: number;
  /** CPUs, fractions allowed; above 0. */
  readonly cpus?: number;
  /** Wait between attempts, in seconds; `min` is at most `max`. */
  readonly backoff_sec?: { readonly min: number; readonly max: number };
  /** What may be read and written: each entry is a path and everything beneath it. No wildcards. */
  readonly paths?: { readonly read?: readonly string[]; readonly write?: readonly string[] };
  /** Hosts that may be reached: `host`, `*.domain` (any host beneath it), each with or without `:port`. */
  readonly network?: { readonly allow?: readonly string[] };
  /** Environment variables that the run is given. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Who must approve, and until when the question stands. */
export interface ApprovalTerms {
  /** Different people who must approve; at least 1. */
  readonly quorum: number;
  /** An approver is a member of one of these; empty means any reviewer. */
  readonly groups: readonly string[];
  /** How long the question stands, in seconds. */
  readonly ttl_sec: number;
  /** The reviewer types the action's name before approving (tier 4, P6). */
  readonly confirm?: true;
  /** Unanswered for this long, in seconds, the question also goes to `escalate_to`. Below `ttl_sec`. */
  readonly escalate_after_sec?: number;
  /** Groups that may answer once escalated. */
  readonly escalate_to?: readonly string[];
}

/** A rate as a rule states it: `limit` jobs in `window_sec` seconds for each `key`, at most `burst` at once. */
export interface ThrottleTerms {
  readonly limit: number;
  readonly window_sec: number;
  readonly key: ThrottleKey;
  readonly burst: number;
  readonly on_excess: OnExcess;
}

/** What a rule asks of a job's tags. All that is given must hold. */
export interface TagCondition {
  /** The job carries no tag at all, neither asserted nor derived. */
  readonly untagged?: true;
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
}

/** What takes a job out of a rule again: the rule does not hold as soon as one of these holds. */
export interface MatchException {
  readonly topics?: readonly string[];
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
}

/** What a rule asks of a job. All that is given must hold; a list asks for one of its members. */
export interface RuleMatch {
  readonly topics?: readonly string[];
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
  /** Names of actions; `*` stands for any part of a name. */
  readonly actions?: readonly string[];
  /** Globs over the normalised resource: `*` within one segment, `**` any number of segments. */
  readonly resources?: readonly string[];
  readonly capabilities?: readonly string[];
  /** Holds if the job has a capability that is not among these. */
  readonly capabilities_outside?: readonly string[];
  /** Every label must be there with this value. Sorted by name. */
  readonly labels?: readonly (readonly [name: string, value: string])[];
  readonly risk_tags?: TagCondition;
  readonly except?: MatchException;
}

/**
 * The `scope` of a rule that is in no file's scope and still never grants: `grants: false`, and what short forms add
 * without granting it. Like every scope, it is only looked at to tell what grants.
 */
export const NO_GRANT = 'no-grant';

/** A rule as compiled: lists sorted and without doubles, defaults filled in. */
export interface PolicyRule {
  readonly id: string;
  readonly decision: Decision;
  readonly match: RuleMatch;
  /** CEL expressions that must all hold. */
  readonly when?: readonly string[];
  /** The scope of the rule's file, if it has one, or {@link NO_GRANT}: such a rule tightens and never grants. */
  readonly scope?: string;
  readonly reason?: string;
  /** Told instead of `rule` when this rule decides; rules that short forms are written as have one. */
  readonly reason_code?: ReasonCode;
  readonly constraints?: Constraints;
  readonly approval?: ApprovalTerms;
  readonly throttle?: ThrottleTerms;
  /** Sorted. */
  readonly obligations?: readonly ObligationFlag[];
  /** A job that it grants may publish without a person's look. */
  readonly allow_publish?: true;
}

/** Whom a scoped file is about. Both lists hold if both are given. */
export interface PolicyScope {
  readonly id: string;
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
  /** `deny`: a job in the scope that none of its rules matches is denied. */
  readonly default: 'inherit' | 'deny';
}

/** What a classify rule looks at. All that is given must hold; a list asks for one of its members. */
export interface ClassifyMatch {
  readonly topics?: readonly string[];
  /** Globs for one token of the topic after `job`: `delete*`, `*_all`, `*drop*` or a whole token. */
  readonly topic_tokens?: readonly string[];
  readonly params_contain?: readonly CommandShape[];
}

/** Derives tags from topic and params. Runs before the rules and only ever adds. */
export interface ClassifyRule {
  readonly id: string;
  readonly match: ClassifyMatch;
  /** CEL expressions that must all hold; they see no derived tags. */
  readonly when?: readonly string[];
  readonly add_tags: readonly string[];
}
