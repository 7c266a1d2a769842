import type { CanonicalJob, Verified } from '@countersign/contracts';
import type { PolicyRequest } from './policy-request.js';

/** Who sent a job, as far as rules ask. Without `producer` and `by` nothing was verified about the sender. */
export type KnownSender = Pick<Verified, 'tenant_id' | 'agent_id'> &
  Partial<Pick<Verified, 'producer' | 'by'>>;

/**
 * What is asked about a job. Everything that decides is in here, so a recorded decision is made again from the recorded
 * job, its sender and its time. Tenant and agent are the sender's, whatever the job says. `now` is RFC 3339.
 */
export function policyRequestOf(job: CanonicalJob, sender: KnownSender, now: string): PolicyRequest {
  const { v: _v, topic, tenant_id: _tenant, agent_id: _agent, ...members } = job;
  const { risk_tags, capabilities, labels, params, action, resource, ...details } = members;
  const { producer, by } = sender;
  return {
    topic,
    tenantId: sender.tenant_id,
    agentId: sender.agent_id,
    riskTags: risk_tags,
    capabilities,
    labels,
    params,
    ...(action !== undefined && { action }),
    ...(resource !== undefined && { resource }),
    details,
    verified: { ...(producer !== undefined && { producer }), ...(by !== undefined && { by }) },
    now,
  };
}
