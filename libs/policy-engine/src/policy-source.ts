import type { PolicySnapshot } from './policy-snapshot.js';
import type { PolicyTest } from './tests/policy-test.js';
import type { ProblemCode } from './vocabulary.js';

/** One policy file: its name, used only to point at problems, and its YAML or JSON text. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}

/** A finding in a policy file. `line` and `column` count from 1. */
export interface PolicyProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: ProblemCode;
  readonly message: string;
}

/** A set is taken whole or refused whole. Warnings never keep a set from loading. */
export type LoadResult =
  | {
      readonly ok: true;
      readonly snapshot: PolicySnapshot;
      /** The tests of all files; running them is the caller's, before a set is activated. */
      readonly tests: readonly PolicyTest[];
      readonly warnings: readonly PolicyProblem[];
    }
  | { readonly ok: false; readonly errors: readonly PolicyProblem[] };
