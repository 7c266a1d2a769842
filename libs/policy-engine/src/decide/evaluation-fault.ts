import type { FaultKind } from '../cel/condition-fault.js';

/**
 * A request or a set of rules that can't be decided upon. The message is public: it goes into the decision's reason
 * and never holds anything of the request but ids of rules.
 */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault';
}

/** A rule whose conditions have no answer for a job: the job is denied, whatever the rule would have said. */
export class RuleFault extends Error {
  override readonly name = 'RuleFault';

  constructor(
    readonly kind: FaultKind,
    /** The rule, as the reason names it. */
    readonly rule: string,
  ) {
    super(`${rule} has no answer`);
  }
}
