import { ApprovalOutcome, DecisionType, type ApprovalResolved, type Decision } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { aJob } from '../job/job.builders.js';
import type { Job } from '../job/job.js';
import type { StoredBasis } from './stored-basis.js';

export const POLICY_SNAPSHOT = sha256Digest('policy');

/** What is stored of a job that was allowed. */
export function aStoredBasis(
  over: Partial<StoredBasis> = {},
  decision: Partial<Omit<Decision, 'job'>> = {},
  job: Job = aJob(),
): StoredBasis {
  const allowed: Omit<Decision, 'job'> = {
    decision_id: job.decisionId,
    job_id: job.jobId,
    job_hash: job.jobHash,
    type: DecisionType.Allow,
    rule_ids: ['allow-writes'],
    reason: 'Writes are allowed',
    reason_code: 'rule',
    derived_tags: [],
    constraints: job.constraints,
    obligations: {},
    policy_snapshot: POLICY_SNAPSHOT,
    verified: {
      producer: job.producer,
      caller: job.caller,
      tenant_id: job.tenantId,
      agent_id: job.agentId,
      by: 'loopback',
    },
    evaluated_at: '2026-11-20T12:00:00.000Z',
    evaluation_us: 7,
    ...decision,
  };
  return {
    jobId: job.jobId,
    textHash: job.jobHash,
    decision: JSON.stringify(allowed),
    approval: null,
    ...over,
  };
}

/** A decision that asks for two approvers. */
export const ASKS_FOR_TWO: Partial<Omit<Decision, 'job'>> = {
  type: DecisionType.RequireApproval,
  obligations: { approval: { quorum: 2, groups: [], ttl_sec: 300 } },
};

const aVote = (voter: string) =>
  ({ voter, vote: 'approve', at: '2026-11-20T12:00:00.000Z', note: '' }) as const;

/** The text of an approval by two. */
export function aStoredApproval(over: Partial<ApprovalResolved> = {}, job: Job = aJob()): string {
  const approval: ApprovalResolved = {
    approval_id: 'approval-1',
    kind: 'job',
    job_id: job.jobId,
    job_hash: job.jobHash,
    attempt: 0,
    decision_id: job.decisionId,
    policy_snapshot: POLICY_SNAPSHOT,
    outcome: ApprovalOutcome.Granted,
    votes: [aVote('ann'), aVote('ben')],
    resolved_at: '2026-11-20T12:00:00.000Z',
    ...over,
  };
  return JSON.stringify(approval);
}
