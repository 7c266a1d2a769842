import { eventId, Step, type Decision } from '@countersign/contracts';
import { decide, type PolicySnapshot } from '@countersign/policy-engine';
import type { AdmittedJob } from './admit-job.js';

/** A decision and the road's id and effect token for it. */
export interface DecidedJob {
  readonly decision: Decision;
  readonly eventId: string;
  /** Subject token: the type in lower case. */
  readonly effect: string;
}

/** Decides one job: a pure function of the job, the snapshot and the clock readings given. */
export function decideJob(
  admitted: AdmittedJob,
  snapshot: PolicySnapshot,
  clock: { readonly now: () => Date; readonly micros: () => number },
): DecidedJob {
  const { job, verified } = admitted;
  const startedAt = clock.micros();
  const answer = decide(snapshot, {
    topic: job.topic,
    tenantId: verified.tenant_id,
    agentId: verified.agent_id,
    riskTags: job.risk_tags,
    capabilities: job.capabilities,
    labels: job.labels,
    params: job.params,
  });
  const { approval, throttle } = answer.obligations;
  const decision: Decision = {
    decision_id: `${job.job_id}:decision:0`,
    job_id: job.job_id,
    job_hash: admitted.hash,
    job: admitted.text,
    type: answer.type,
    rule_ids: [...answer.ruleIds],
    reason: answer.reason,
    reason_code: answer.reasonCode,
    derived_tags: [...answer.derivedTags],
    constraints: structuredClone(answer.constraints) as Decision['constraints'],
    obligations: {
      ...(approval === undefined ? {} : { approval: { ...approval, groups: [...approval.groups] } }),
      ...(throttle === undefined
        ? {}
        : { throttle: structuredClone(throttle) as unknown as Record<string, unknown> }),
    },
    policy_snapshot: snapshot.hash,
    verified,
    evaluated_at: clock.now().toISOString(),
    evaluation_us: Math.max(0, Math.round(clock.micros() - startedAt)),
  };
  return {
    decision,
    eventId: eventId(job.job_id, Step.Decision, 0, admitted.hash),
    effect: answer.type.toLowerCase(),
  };
}
