import { JobRequest, validate } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { claimsApproval } from './claims-approval.js';
import type { Summary } from './pick.js';

const KEPT = ['agent_id', 'job_id', 'risk_tags', 'task_id', 'tenant_id', 'topic'] as const;

/**
 * The names in a job that are within the grammar of names, and whether it says of itself that it is approved. Taken one
 * by one: a request that is refused for another member, and a canonical job with its version, are remembered as well as a
 * valid request.
 */
export function summariseJob(body: JsonValue): Summary {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  const kept: Record<string, JsonValue> = {};
  for (const name of KEPT) {
    const member = Object.hasOwn(body, name) ? body[name] : undefined;
    if (member !== undefined && validate(JobRequest.properties[name], member).ok) kept[name] = member;
  }
  if (!claimsApproval(body)) return kept;
  const { agent_id, ...rest } = kept;
  return { ...(agent_id === undefined ? {} : { agent_id }), claims_approval: true, ...rest };
}
