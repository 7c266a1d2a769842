import {
  ApprovalOutcome,
  EventType,
  Step,
  Subjects,
  eventId,
  tailOf,
  type ApprovalResolved,
  type RejectionReason,
} from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { Emission } from '@countersign/service-kit';
import { ApprovalKind, type Approval } from './approval.js';

/**
 * The message that ends a question. Its id derives from what was asked, not from the answer: an approval has one end.
 *
 * @throws CodedError `invalid_field` when the approval's topic is outside the grammar
 */
export function resolvedEmission(
  approval: Approval,
  outcome: ApprovalOutcome,
  resolvedAt: string,
  reason?: RejectionReason,
): Emission & { readonly body: ApprovalResolved } {
  const tail = tailOf(approval.topic);
  if (tail === undefined) throw new CodedError('invalid_field', 'the topic of the approval is invalid');
  const isOutput = approval.kind === ApprovalKind.Output;
  const subject = isOutput ? Subjects.approvalOutput : Subjects.approvalJob;
  const step = isOutput ? Step.OutputApproval : Step.Approval;
  return {
    subject: subject.address({ outcome, tail }),
    id: eventId(approval.job_id, step, approval.attempt, approval.job_hash),
    type: EventType.ApprovalResolved,
    body: {
      approval_id: approval.approval_id,
      kind: approval.kind,
      job_id: approval.job_id,
      job_hash: approval.job_hash,
      attempt: approval.attempt,
      decision_id: approval.decision_id,
      policy_snapshot: approval.policy_snapshot,
      ...(approval.scanned === null ? {} : { scanned: approval.scanned }),
      outcome,
      votes: [...approval.votes],
      resolved_at: resolvedAt,
      ...(reason === undefined ? {} : { reason_code: reason }),
    },
    jobId: approval.job_id,
    cause: { id: approval.cause_id, traceparent: approval.traceparent },
    // A grant is answered by an offer and any outcome about an output by a verdict; other ends ask for nothing.
    final: !isOutput && outcome !== ApprovalOutcome.Granted,
  };
}
