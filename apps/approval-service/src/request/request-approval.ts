import {
  DecisionType,
  Subjects,
  topicOf,
  type CanonicalJob,
  type Decision,
  type ReasonCode,
} from '@countersign/contracts';
import { derivedUlid, parseStrictJson, sha256Digest, type JsonValue } from '@countersign/kernel';
import type { Fact } from '@countersign/service-kit';
import { ApprovalKind, type NewApproval } from '../approval/approval.js';
import { riskOf } from '../approval/risk-of.js';
import { shapeOf } from '../approval/shape-of.js';
import { actionOf, termsOf } from '../terms/terms-of.js';

/** What of a message is needed to ask about a decision. */
export type DecisionFact = Pick<
  Fact<Decision>,
  'id' | 'subject' | 'storedAtMs' | 'traceparent' | 'traceId' | 'body'
>;

/** The question a decision asks, or why the message is refused. */
export type ApprovalRequest =
  | { readonly ok: true; readonly approval: NewApproval }
  | { readonly ok: false; readonly code: ReasonCode; readonly pointer: string };

/**
 * The question that a decision asks. What the reviewer will be shown must be what was hashed and decided, so a
 * decision whose parts disagree is refused.
 */
export function requestApproval(fact: DecisionFact): ApprovalRequest {
  const decision = fact.body;
  const address = Subjects.decision.parse(fact.subject);
  if (address === undefined || decision.type !== DecisionType.RequireApproval) return refused('/type');
  if (sha256Digest(decision.job) !== decision.job_hash)
    return { ok: false, code: 'digest_mismatch', pointer: '/job' };
  const parsed = parseStrictJson(decision.job);
  if (!parsed.ok) return { ok: false, code: parsed.problem.code, pointer: '/job' };
  const job = parsed.value as Partial<CanonicalJob> | null;
  const topic = topicOf(address.tail);
  if (job?.topic !== topic) return { ok: false, code: 'topic_mismatch', pointer: '/job/topic' };
  if (job.job_id !== decision.job_id) return refused('/job_id');
  if (job.tenant_id !== decision.verified.tenant_id)
    return { ok: false, code: 'tenant_mismatch', pointer: '/verified/tenant_id' };
  const terms = termsOf(decision.obligations.approval, actionOf(job));
  return {
    ok: true,
    approval: {
      approval_id: derivedUlid(fact.storedAtMs, fact.id),
      kind: ApprovalKind.Job,
      tenant_id: decision.verified.tenant_id,
      job_id: decision.job_id,
      job_hash: decision.job_hash,
      attempt: 0,
      decision_id: decision.decision_id,
      policy_snapshot: decision.policy_snapshot,
      scanned: null,
      topic,
      producer: decision.verified.producer,
      caller: decision.verified.caller,
      agent_id: decision.verified.agent_id,
      ...terms,
      reason_code: decision.reason_code,
      proof: decision.verified.by,
      action: actionOf(job),
      shape: shapeOf(job.params as JsonValue | undefined),
      risk: riskOf({ ...terms, reason_code: decision.reason_code }),
      rule_ids: decision.rule_ids,
      reason: decision.reason,
      job: decision.job,
      findings: decision.input?.findings ?? [],
      cause_id: fact.id,
      traceparent: fact.traceparent,
      trace_id: fact.traceId,
    },
  };
}

function refused(pointer: string): ApprovalRequest {
  return { ok: false, code: 'invalid_field', pointer };
}
