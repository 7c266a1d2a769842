import { ReasonCode } from '../vocabulary.js';

/** Why a condition has no answer for a job. */
export type FaultKind = typeof ReasonCode.MissingInput | typeof ReasonCode.TypeError;

/** A condition that can't be answered. Says nothing of the values that it saw. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';

  constructor(
    readonly kind: FaultKind,
    message: string,
  ) {
    super(message);
  }
}

/** Something that a condition needs is not there. */
export const missing = (what: string) => new ConditionFault(ReasonCode.MissingInput, `${what} is missing`);

/** A value that a condition uses is not of the kind that it needs. */
export const wrongType = (what: string) => new ConditionFault(ReasonCode.TypeError, what);
