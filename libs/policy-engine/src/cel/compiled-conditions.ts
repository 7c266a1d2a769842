import type { Condition } from './condition.js';

/** The conditions of rules that have some, by position. */
export interface CompiledConditions {
  readonly rules: readonly (readonly Condition[] | undefined)[];
  readonly classify: readonly (readonly Condition[] | undefined)[];
}
