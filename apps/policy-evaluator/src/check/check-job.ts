import { canonicalJob, Service, type PolicyCheckRequest } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { type PolicySnapshot, policyRequestOf } from '@countersign/policy-engine';
import { refusal } from '../answer-requests.js';
import { answerOf, type Answer } from '../evaluate/answer.js';
import type { PolicyRequest } from '@countersign/policy-engine';

/** What is answered to a check. Nothing of it is stored, and it lets nothing run. */
export interface CheckAnswer extends Answer {
  readonly ok: true;
  readonly policy_snapshot: string;
  readonly evaluated_at: string;
}

/** What would be decided about a job if its caller sent it now, by the same question as on the road. Pure. */
export function checkJob(
  request: PolicyCheckRequest,
  snapshot: PolicySnapshot,
  now: string,
): CheckAnswer | object {
  const { verified } = request;
  if (request.request.tenant_id !== verified.tenant_id)
    return refusal('tenant_mismatch', { pointer: '/tenant_id' });
  const answer = answerOf(snapshot, questionOf(request, now));
  return { ok: true, ...answer, policy_snapshot: snapshot.hash, evaluated_at: now };
}

/** The question that the evaluator would ask about a job of this caller. */
export function questionOf(
  { request, verified }: Pick<PolicyCheckRequest, 'request' | 'verified'>,
  now: string,
): PolicyRequest {
  const job = canonicalJob(request, { jobId: request.job_id ?? newUlid(), agentId: verified.caller });
  const sender = {
    tenant_id: verified.tenant_id,
    agent_id: job.agent_id,
    producer: Service.Gateway,
    by: verified.by,
  };
  return policyRequestOf(job, sender, now);
}
