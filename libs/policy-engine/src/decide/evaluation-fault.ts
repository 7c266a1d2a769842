/**
 * A request or a set of rules that can't be decided upon. The message is public: it goes into the decision's reason
 * and never holds anything of the request but ids of rules.
 */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault';
}
