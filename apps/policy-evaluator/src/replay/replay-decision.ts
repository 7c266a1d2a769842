import type { Decision } from '@countersign/contracts';
import type { PolicySnapshot } from '@countersign/policy-engine';
import { answerOf } from '../evaluate/answer.js';
import { differencesOf, questionBehind, type Difference } from '../evaluate/recorded-decision.js';

type Told = Pick<Decision, 'type' | 'rule_ids' | 'reason' | 'reason_code'>;

/** A decision that would have been another. */
export interface Changed {
  readonly job_id: string;
  readonly evaluated_at: string;
  /** The snapshot that decided then. */
  readonly policy_snapshot: string;
  readonly before: Told;
  readonly after: Told;
  /** In what they differ; constraints and obligations are told by name alone. */
  readonly differences: readonly Difference[];
}

/** Makes a decision again under another policy; undefined when nothing would have been different. Pure. */
export function replayDecision(
  recorded: Omit<Decision, 'seal'>,
  candidate: PolicySnapshot,
): Changed | undefined {
  const answer = answerOf(candidate, questionBehind(recorded));
  const differences = differencesOf(recorded, answer);
  if (differences.length === 0) return undefined;
  const { job_id, evaluated_at, policy_snapshot } = recorded;
  return { job_id, evaluated_at, policy_snapshot, before: told(recorded), after: told(answer), differences };
}

const told = ({ type, rule_ids, reason, reason_code }: Told): Told => ({
  type,
  rule_ids,
  reason,
  reason_code,
});
