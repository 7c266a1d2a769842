import {
  ApprovalOutcome,
  approvalSeal,
  decisionSeal,
  DecisionType,
  type ApprovalResolved,
  type Decision,
  type SealKeys,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { aJob } from '../job/job.builders.js';
import type { Job } from '../job/job.js';
import { sealsOf } from './seals.js';
import type { StoredBasis } from './stored-basis.js';

type UnsealedBasis = Omit<Decision, 'job' | 'seal'>;

export const POLICY_SNAPSHOT = sha256Digest('policy');

const DECISION_KEYS: SealKeys = [Buffer.alloc(32, 1)];
const APPROVAL_KEYS: SealKeys = [Buffer.alloc(32, 2)];

/** Seals as the two services make them in specs. */
export const SEALS = sealsOf({
  decisionSealKeys: () => DECISION_KEYS,
  approvalSealKeys: () => APPROVAL_KEYS,
});

/** A decision with the seal of the policy-evaluator. */
export const sealedDecision = <T extends Omit<Decision, 'seal' | 'job'>>(
  decision: T,
): T & { seal: string } => ({
  ...decision,
  seal: decisionSeal(decision, DECISION_KEYS),
});

/** An answered question with the seal of the approval-service. */
export const sealedApproval = (approval: ApprovalResolved): ApprovalResolved => ({
  ...approval,
  seal: approvalSeal(approval, APPROVAL_KEYS),
});

/** What is stored of a job that was allowed. */
export function aStoredBasis(
  over: Partial<StoredBasis> = {},
  decision: Partial<UnsealedBasis> = {},
  job: Job = aJob(),
): StoredBasis {
  const allowed: UnsealedBasis = {
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
    decision: JSON.stringify(sealedDecision(allowed)),
    approval: null,
    ...over,
  };
}

/** A decision that asks for two approvers. */
export const ASKS_FOR_TWO: Partial<UnsealedBasis> = {
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
  return JSON.stringify(sealedApproval(approval));
}
