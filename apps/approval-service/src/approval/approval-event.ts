import { ApprovalChange, EventType, Subjects, type ApprovalEvent } from '@countersign/contracts';
import type { Emission } from '@countersign/service-kit';
import type { Approval } from './approval.js';

/** What an event says besides whose question it is about. `distinct` tells apart events that may happen more than once. */
export interface EventDetails {
  readonly by?: string | null;
  readonly groups?: readonly string[];
  readonly edited?: { readonly job_id: string; readonly job_hash: string };
  readonly distinct?: string;
}

/** The word that a question went on without ending. Its id derives from what happened, so that a repeated step says the same. */
export function approvalEvent(
  approval: Pick<
    Approval,
    'approval_id' | 'kind' | 'tenant_id' | 'job_id' | 'job_hash' | 'trace_id' | 'traceparent'
  >,
  change: ApprovalChange,
  at: string,
  { by = null, groups = [], edited, distinct }: EventDetails = {},
): Emission & { readonly body: ApprovalEvent } {
  return {
    subject: Subjects.eventApproval.address({ change }),
    id: `${approval.approval_id}:${change}${distinct === undefined ? '' : `:${distinct}`}`,
    type: EventType.ApprovalEvent,
    body: {
      change,
      approval_id: approval.approval_id,
      kind: approval.kind,
      tenant_id: approval.tenant_id,
      job_id: approval.job_id,
      job_hash: approval.job_hash,
      trace_id: approval.trace_id,
      by,
      groups: [...groups],
      edited: edited ?? null,
      at,
    },
    jobId: approval.job_id,
    // A trace without a cause: named as a cause, this would count as the answer to the question.
    traceparent: approval.traceparent,
    final: true,
  };
}
