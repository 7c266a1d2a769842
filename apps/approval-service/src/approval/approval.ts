import type { Risk } from './risk-of.js';

/** What a reviewer is asked about: a job before it runs, or a quarantined output before it is released. */
export const ApprovalKind = { Job: 'job', Output: 'output' } as const;
export type ApprovalKind = (typeof ApprovalKind)[keyof typeof ApprovalKind];

/** The states of an approval. Every state but PENDING is final. */
export const ApprovalState = {
  Pending: 'PENDING',
  Granted: 'GRANTED',
  Rejected: 'REJECTED',
  Expired: 'EXPIRED',
  Withdrawn: 'WITHDRAWN',
} as const;
export type ApprovalState = (typeof ApprovalState)[keyof typeof ApprovalState];

/** What a reviewer may say. Nothing else counts, however true it looks. */
export const VoteChoice = { Approve: 'approve', Deny: 'deny' } as const;
export type VoteChoice = (typeof VoteChoice)[keyof typeof VoteChoice];

/** One reviewer's vote. The note is redacted. */
export interface Vote {
  readonly voter: string;
  readonly vote: VoteChoice;
  /** RFC 3339, the database's time. */
  readonly at: string;
  readonly note: string;
}

/** What identifies an approval and everything its outcome message says. */
export interface Approval {
  readonly approval_id: string;
  readonly kind: ApprovalKind;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  /** 0 for a job; the attempt that made it for an output. */
  readonly attempt: number;
  readonly decision_id: string | null;
  readonly policy_snapshot: string | null;
  /** Digest of the quarantined result body; null for a job. */
  readonly scanned: string | null;
  readonly topic: string;
  /** Event id of the message that asked the question. */
  readonly cause_id: string;
  readonly traceparent: string;
  readonly trace_id: string;
  readonly state: ApprovalState;
  readonly votes: readonly Vote[];
}

/** A question about to be asked. */
export interface NewApproval extends Omit<Approval, 'state' | 'votes'> {
  readonly producer: string;
  /** Who submitted the job; null when it is not known, and then nobody may approve. */
  readonly caller: string | null;
  readonly agent_id: string | null;
  /** Different reviewers who must approve. */
  readonly quorum: number;
  /** Groups of which a voter must be in one; none means any reviewer. */
  readonly groups: readonly string[];
  /** What a reviewer has to type to approve: the name of the action. Null where a vote is enough. */
  readonly confirm: string | null;
  /** Seconds from the database's now until {@link escalate_to} may answer as well; null for never. */
  readonly escalate_after_sec: number | null;
  readonly escalate_to: readonly string[];
  /** Why the policy asks, as a code. */
  readonly reason_code: string;
  /** How the platform knows who submitted; null when that is not known. */
  readonly proof: string | null;
  readonly action: string;
  /** What it has in common with jobs that differ in values alone. */
  readonly shape: string;
  readonly risk: Risk;
  readonly rule_ids: readonly string[];
  readonly reason: string;
  /** Canonical job text; null for an output whose job was never put to a reviewer. */
  readonly job: string | null;
  readonly findings: readonly unknown[];
  /** Seconds from the database's now until the question expires. */
  readonly ttl_sec: number;
}
