import type { Decision } from '@countersign/contracts';
import {
  decide,
  DecisionType,
  ReasonCode,
  type PolicyDecision,
  type PolicyRequest,
  type PolicySnapshot,
} from '@countersign/policy-engine';

/** What the policy says of a job: the part of a {@link Decision} that is the same whoever asks. */
export type Answer = Pick<
  Decision,
  'type' | 'rule_ids' | 'reason' | 'reason_code' | 'derived_tags' | 'constraints' | 'obligations'
>;

/** How a snapshot is asked; the engine's own `decide` unless a test breaks it. */
export type Engine = (snapshot: PolicySnapshot, request: PolicyRequest) => PolicyDecision;

const TYPES: ReadonlySet<unknown> = new Set(Object.values(DecisionType));

const NO_ANSWER: Answer = {
  type: DecisionType.deny,
  rule_ids: [],
  reason: 'The policy could not be evaluated: the engine gave no answer.',
  reason_code: ReasonCode.EvaluationError,
  derived_tags: [],
  constraints: {},
  obligations: {},
};

/** Asks the policy. An engine that throws, or gives something that is no decision, denies: nothing falls through. */
export function answerOf(snapshot: PolicySnapshot, request: PolicyRequest, engine: Engine = decide): Answer {
  let decided: PolicyDecision | undefined;
  try {
    decided = engine(snapshot, request);
  } catch {
    // Whatever it was may quote the job; that there is no answer is all that may be told of it.
    return NO_ANSWER;
  }
  return isDecision(decided) ? toAnswer(decided) : NO_ANSWER;
}

function isDecision(value: unknown): value is PolicyDecision {
  return typeof value === 'object' && value !== null && 'type' in value && TYPES.has(value.type);
}

/** A decision of the engine in the words of the contract. What it shares with the snapshot is frozen, and only read. */
export function toAnswer(decided: PolicyDecision): Answer {
  return {
    type: decided.type,
    rule_ids: decided.ruleIds as string[],
    reason: decided.reason,
    reason_code: decided.reasonCode,
    derived_tags: decided.derivedTags as string[],
    constraints: decided.constraints as Answer['constraints'],
    obligations: decided.obligations as unknown as Answer['obligations'],
  };
}
