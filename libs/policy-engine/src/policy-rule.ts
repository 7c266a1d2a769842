import type { CommandShape, Decision, OnExcess, ThrottleKey } from './vocabulary.js';

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

/** What a rule asks of a job. All that is given must hold; a list asks for one of its members. */
export interface RuleMatch {
  readonly topics?: readonly string[];
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
  readonly capabilities?: readonly string[];
  /** Every label must be there with this value. Sorted by name. */
  readonly labels?: readonly (readonly [name: string, value: string])[];
  readonly risk_tags?: TagCondition;
}

/** A rule as compiled: lists sorted and without doubles, defaults filled in. */
export interface PolicyRule {
  readonly id: string;
  readonly decision: Decision;
  readonly match: RuleMatch;
  readonly reason?: string;
  readonly constraints?: Constraints;
  readonly approval?: ApprovalTerms;
  readonly throttle?: ThrottleTerms;
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
  readonly add_tags: readonly string[];
}
