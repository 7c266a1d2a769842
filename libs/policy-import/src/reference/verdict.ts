import type { DecisionType } from '@countersign/policy-engine';

/** What a source means for a job, read directly. */
export interface Verdict {
  readonly type: DecisionType;
  /** Which part of the source decided; tests assert that each is reached. */
  readonly branch: string;
  /** The reason that must be told; undefined where several apply at once. */
  readonly reason?: string;
}
