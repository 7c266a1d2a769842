import { Type, type Static, type TSchema } from '@sinclair/typebox';
import {
  ApprovalOutcome,
  ApprovalResolved,
  Decision,
  DecisionType,
  validate,
  type ClaimRefusal,
  type Verified,
} from '@countersign/contracts';
import { canonicalJson, sha256Digest } from '@countersign/kernel';
import type { Job } from '../job/job.js';
import type { Seals } from './seals.js';
import type { StoredBasis } from './stored-basis.js';

/** What a warrant names besides the run. */
export interface Basis {
  readonly policySnapshot: string;
  readonly approvalIds: readonly string[];
  readonly constraintsDigest: string;
}

/** Why the stored rows warrant no run, and which part of them is to blame. */
export interface BasisProblem {
  readonly code: ClaimRefusal & ('digest_mismatch' | 'not_approved');
  readonly part: 'job' | 'decision' | 'constraints' | 'approval';
}

export type BasisVerdict =
  { readonly ok: true; readonly basis: Basis } | { readonly ok: false; readonly problem: BasisProblem };

const StoredDecision = Type.Omit(Decision, ['job'], { additionalProperties: false });

/**
 * Whether the stored rows still warrant a run: the bytes are those that were decided about, the constraints those of
 * the decision, and who had to approve did, about these bytes and this decision. Rows that agree with each other are not
 * enough, as whoever can change one can change them all: decision and approval bear the seals of the services that gave
 * them, whose keys are in no database.
 */
export function judgeBasis(job: Job, stored: StoredBasis | undefined, seals: Seals): BasisVerdict {
  if (stored?.textHash !== job.jobHash) return refused('digest_mismatch', 'job');
  const decision = readStored(StoredDecision, stored.decision);
  if (
    decision?.job_id !== job.jobId ||
    decision.job_hash !== job.jobHash ||
    decision.decision_id !== job.decisionId ||
    decision.type === DecisionType.Deny ||
    !isOfSender(job, decision.verified) ||
    !seals.ofDecision(decision)
  )
    return refused('digest_mismatch', 'decision');
  const constraints = canonicalJson(job.constraints);
  if (constraints !== canonicalJson(decision.constraints)) return refused('digest_mismatch', 'constraints');
  const terms = decision.obligations.approval;
  const mustBeApproved = decision.type === DecisionType.RequireApproval || terms !== undefined;
  const approval = mustBeApproved
    ? readApproval(job, stored.approval, terms?.quorum ?? 1, seals)
    : { ids: [] };
  if (typeof approval === 'string') return refused(approval, 'approval');
  return {
    ok: true,
    basis: {
      policySnapshot: decision.policy_snapshot,
      approvalIds: approval.ids,
      constraintsDigest: sha256Digest(constraints),
    },
  };
}

/** Whether the row still says of the sender what was decided about: outputs and events go where it says. */
const isOfSender = (job: Job, { tenant_id, producer, caller, agent_id }: Verified) =>
  tenant_id === job.tenantId &&
  producer === job.producer &&
  caller === job.caller &&
  agent_id === job.agentId;

/** The ids that the warrant names, or why there are none. */
function readApproval(
  job: Job,
  text: string | null,
  quorum: number,
  seals: Seals,
): { readonly ids: readonly string[] } | BasisProblem['code'] {
  if (text === null || job.approvalId === null) return 'not_approved';
  const approval = readStored(ApprovalResolved, text);
  if (
    approval?.kind !== 'job' ||
    approval.approval_id !== job.approvalId ||
    approval.job_id !== job.jobId ||
    approval.job_hash !== job.jobHash ||
    approval.decision_id !== job.decisionId ||
    !seals.ofApproval(approval)
  )
    return 'digest_mismatch';
  const approvers = new Set(
    approval.votes.filter(({ vote }) => vote === 'approve').map(({ voter }) => voter),
  );
  return approval.outcome === ApprovalOutcome.Granted && approvers.size >= quorum
    ? { ids: [approval.approval_id] }
    : 'not_approved';
}

/** Undefined for what the scheduler itself would never have stored. */
function readStored<S extends TSchema>(schema: S, text: string): Static<S> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const checked = validate(schema, value);
  return checked.ok ? checked.value : undefined;
}

const refused = (code: BasisProblem['code'], part: BasisProblem['part']): BasisVerdict => ({
  ok: false,
  problem: { code, part },
});
