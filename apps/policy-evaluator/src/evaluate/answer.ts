import { Logger } from '@nestjs/common';
import type { Decision } from '@countersign/contracts';
import {
  decide,
  DecisionType,
  isEngineFault,
  ReasonCode,
  withScannedInput,
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

/** Whether the engine has failed on a job: that is no doing of who sent it, and somebody has to look (P13). */
export const isFailure = ({ reason_code, reason }: Pick<Answer, 'reason_code' | 'reason'>): boolean =>
  reason_code === ReasonCode.EvaluationError && (reason === NO_ANSWER.reason || isEngineFault(reason));

/** Asks the policy, with what the detectors say of the job where it wants to know. An engine that throws, or gives something that is no decision, denies: nothing falls through. */
export function answerOf(snapshot: PolicySnapshot, request: PolicyRequest, engine: Engine = decide): Answer {
  let decided: PolicyDecision | undefined;
  try {
    decided = engine(snapshot, withScannedInput(snapshot, request));
  } catch (error) {
    return noAnswer(snapshot, error instanceof Error ? error.name : typeof error);
  }
  return isDecision(decided) ? toAnswer(decided) : noAnswer(snapshot, 'no decision');
}

/** Denies, and says so. What was thrown may quote the job; of what kind it was is all that may be told of it. */
function noAnswer({ hash }: PolicySnapshot, fault: string): Answer {
  new Logger('policy engine').error({
    message: 'the engine gave no answer, which denies',
    snapshot: hash,
    fault,
  });
  return NO_ANSWER;
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
