import type { PolicyRequest } from '../decide/policy-request.js';
import type { Decision, ReasonCode } from '../vocabulary.js';

/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a test asks of a decision. Only the decision itself must be said; what is not said may be anything. */
export interface Expectation {
  readonly decision: Decision;
  /** The id of the rule that decides. */
  readonly rule?: string;
  readonly reason_code?: ReasonCode;
  /** A part of the constraints: members that are named must be equal, lists wholly. */
  readonly constraints?: Json;
  /** A part of the obligations, compared in the same way. */
  readonly obligations?: Json;
  /** All derived tags, sorted. */
  readonly tags?: readonly string[];
}

/** One entry of `tests`, and where it stands. Lines and columns count from 1. */
export interface PolicyTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly request: PolicyRequest;
  readonly expect: Expectation;
}

/** One thing that is not as a test expects. `got` is undefined if it is not there at all. */
export interface TestDifference {
  readonly what: keyof Expectation;
  readonly expected: Json;
  readonly got: Json | undefined;
}

/** How a test went. */
export interface TestResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly passed: boolean;
  /** Empty if it passed. */
  readonly differences: readonly TestDifference[];
  /** For people: why the engine decided as it did. */
  readonly reason: string;
}
