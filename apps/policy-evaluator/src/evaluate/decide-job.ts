import { eventId, Step, type Decision } from '@countersign/contracts';
import { type PolicySnapshot, policyRequestOf } from '@countersign/policy-engine';
import type { AdmittedJob } from './admit-job.js';
import { answerOf, type Engine } from './answer.js';

/** A decision that nobody has sealed yet. */
export type UnsealedDecision = Omit<Decision, 'seal'>;

/** A decision and the road's id and effect token for it. */
export interface DecidedJob {
  readonly decision: UnsealedDecision;
  readonly eventId: string;
  /** Subject token: the type in lower case. */
  readonly effect: string;
}

/**
 * Decides one job: a pure function of the job, the snapshot and the clock readings given. `evaluated_at` is the time that
 * conditions saw, so the decision can be made again.
 */
export function decideJob(
  admitted: AdmittedJob,
  snapshot: PolicySnapshot,
  clock: { readonly now: () => Date; readonly micros: () => number },
  engine?: Engine,
): DecidedJob {
  const { job, verified } = admitted;
  const startedAt = clock.micros();
  const now = clock.now().toISOString();
  const answer = answerOf(snapshot, policyRequestOf(job, verified, now), engine);
  const decision: UnsealedDecision = {
    decision_id: `${job.job_id}:decision:0`,
    job_id: job.job_id,
    job_hash: admitted.hash,
    job: admitted.text,
    ...answer,
    policy_snapshot: snapshot.hash,
    verified,
    evaluated_at: now,
    evaluation_us: Math.max(0, Math.round(clock.micros() - startedAt)),
  };
  return {
    decision,
    eventId: eventId(job.job_id, Step.Decision, 0, admitted.hash),
    effect: answer.type.toLowerCase(),
  };
}
