import { Type, type Static } from '@sinclair/typebox';
import {
  AttemptNumber,
  Digest,
  JobId,
  Name,
  Seal,
  Text,
  Timestamp,
  Token,
  closed,
  literals,
} from './message-fields.js';

export const ApprovalOutcome = {
  Granted: 'granted',
  Rejected: 'rejected',
  Expired: 'expired',
  Withdrawn: 'withdrawn',
} as const;
export type ApprovalOutcome = (typeof ApprovalOutcome)[keyof typeof ApprovalOutcome];

/** Why a question was rejected, where it was not by a reviewer's denial. */
export const RejectionReason = {
  /** The policy denies now what it asked about. */
  PolicyChanged: 'policy_changed',
  /** Too many questions waited already. */
  QueueFull: 'approval_queue_full',
  /** A reviewer put an edited job in its place. */
  Edited: 'edited',
} as const;
export type RejectionReason = (typeof RejectionReason)[keyof typeof RejectionReason];

/** The end of a question to the reviewers, about a job or about a quarantined output. */
export const ApprovalResolved = Type.Object(
  {
    approval_id: Type.String(),
    kind: Type.Union([Type.Literal('job'), Type.Literal('output')]),
    job_id: JobId,
    job_hash: Digest,
    attempt: AttemptNumber,
    decision_id: Type.Union([Type.String(), Type.Null()]),
    policy_snapshot: Type.Union([Digest, Type.Null()]),
    scanned: Type.Optional(Digest),
    outcome: literals(ApprovalOutcome),
    votes: Type.Array(
      Type.Object(
        {
          voter: Name,
          vote: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
          at: Timestamp,
          note: Text,
        },
        closed,
      ),
    ),
    resolved_at: Timestamp,
    reason_code: Type.Optional(literals(RejectionReason)),
    /** Always there where a job was asked about. */
    seal: Type.Optional(Seal),
  },
  { ...closed, $id: 'ApprovalResolved' },
);
export type ApprovalResolved = Static<typeof ApprovalResolved>;

export const ApprovalChange = {
  /** Nobody has answered in time for the first ones asked: others may as well now. */
  Escalated: 'escalated',
  Commented: 'commented',
  /** An edited job goes on in the place of the one that was asked about. */
  Edited: 'edited',
} as const;
export type ApprovalChange = (typeof ApprovalChange)[keyof typeof ApprovalChange];

/** What happened to a question besides its end: who and what, never a word of the job or of a comment. */
export const ApprovalEvent = Type.Object(
  {
    change: literals(ApprovalChange),
    approval_id: Type.String({ maxLength: 128 }),
    kind: Type.Union([Type.Literal('job'), Type.Literal('output')]),
    tenant_id: Token,
    job_id: JobId,
    job_hash: Digest,
    trace_id: Type.Union([Type.String(), Type.Null()]),
    by: Type.Union([Name, Type.Null()], { description: 'Null where it was time itself.' }),
    groups: Type.Array(Type.String({ maxLength: 128 }), {
      description: 'Who may answer now, of an escalation.',
    }),
    edited: Type.Union([Type.Object({ job_id: JobId, job_hash: Digest }, closed), Type.Null()], {
      description: 'The job that goes on, of an edit.',
    }),
    at: Timestamp,
  },
  { ...closed, $id: 'ApprovalEvent' },
);
export type ApprovalEvent = Static<typeof ApprovalEvent>;
