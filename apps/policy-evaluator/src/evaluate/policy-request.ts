import type { CanonicalJob, Verified } from '@countersign/contracts';
import type { PolicyRequest } from '@countersign/policy-engine';

/** Who sent a job, as far as rules ask. */
export type KnownSender = Pick<Verified, 'tenant_id' | 'agent_id' | 'producer' | 'by'>;

/**
 * What the engine is asked about a job. Everything that decides is in here: a recorded decision is made again from the
 * recorded job, its sender and its time. `now` is RFC 3339.
 */
export function policyRequestOf(job: CanonicalJob, sender: KnownSender, now: string): PolicyRequest {
  const { v: _v, topic, tenant_id: _tenant, agent_id: _agent, ...members } = job;
  const { risk_tags, capabilities, labels, params, action, resource, ...details } = members;
  return {
    topic,
    tenantId: sender.tenant_id,
    agentId: sender.agent_id,
    riskTags: risk_tags,
    capabilities,
    labels,
    params,
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    details,
    verified: { producer: sender.producer, by: sender.by },
    now,
  };
}
