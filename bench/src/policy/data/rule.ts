/** A rule as every engine is given it, in the engine's own words. Absent members match anything. */
export interface BenchRule {
  readonly id: string;
  readonly effect: Effect;
  /** The tokens of the topic after `job`. */
  readonly team?: string;
  readonly kind?: string;
  readonly verb?: string;
  readonly anyTag?: readonly string[];
  readonly allTags?: readonly string[];
  readonly noTag?: readonly string[];
  readonly tenant?: string;
  /** The value of the label `env`. */
  readonly env?: string;
  /** A condition on the parameters; only sets with expressions have it. */
  readonly when?: Condition;
}

/** `params.amount > over && params.region in regions`. */
export interface Condition {
  readonly over: number;
  readonly regions: readonly string[];
}

/** A rule that denies wins over all that allow; what no rule matches is denied. */
export type Effect = 'allow' | 'deny';

/** What is decided upon. All members are there in every job, so that no engine's way with missing ones plays a part. */
export interface BenchJob {
  readonly team: string;
  readonly kind: string;
  readonly verb: string;
  readonly tags: readonly string[];
  readonly tenant: string;
  readonly env: string;
  readonly amount: number;
  readonly region: string;
}
