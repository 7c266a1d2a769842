import type { CanonicalJob, Verified } from '@countersign/contracts';
import type { PolicyRequest } from '@countersign/policy-engine';

/** Who sent a job, as far as rules ask. Without a producer nothing was verified. */
export type Sender = Pick<Verified, 'tenant_id' | 'agent_id'> & Partial<Pick<Verified, 'producer' | 'by'>>;

/** What the engine is asked about a job, as the evaluator asks it. `now` is RFC 3339. */
export function policyRequestOf(job: CanonicalJob, sender: Sender, now: string): PolicyRequest {
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
