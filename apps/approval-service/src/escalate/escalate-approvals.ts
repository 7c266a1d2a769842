import { ApprovalChange } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { approvalEvent } from '../approval/approval-event.js';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from '../approval/approval.row.js';

/** Questions that one transaction of the sweep escalates. */
export const ESCALATE_BATCH = 256;

/**
 * Tells of questions that nobody has answered in time for the first ones asked. Who may answer does not depend on it:
 * votes read the time themselves.
 */
export async function escalateApprovals(work: Work): Promise<number> {
  const escalated = await work.query<ApprovalRow & { readonly escalate_to: string; readonly at: string }>(
    `UPDATE approvals t SET escalated_at = now()
      WHERE t.approval_id IN (SELECT approval_id FROM approvals
                               WHERE state = 'PENDING' AND escalated_at IS NULL AND escalate_at IS NOT NULL
                                 AND escalate_at <= now() AND expires_at > now()
                               ORDER BY escalate_at LIMIT ${ESCALATE_BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING ${approvalColumns('t')}, t.escalate_to, ${rfc3339('t.escalated_at')} AS at`,
  );
  for (const row of escalated)
    work.emit(
      approvalEvent(approvalOf(row), ApprovalChange.Escalated, row.at, {
        groups: JSON.parse(row.escalate_to) as string[],
      }),
    );
  return escalated.length;
}
