import type { ConditionInput } from './condition-input.js';

/** A compiled condition. */
export interface Condition {
  readonly text: string;
  /** Whether it holds. Throws {@link ConditionFault} if it has no answer. */
  readonly holds: (input: ConditionInput) => boolean;
}
