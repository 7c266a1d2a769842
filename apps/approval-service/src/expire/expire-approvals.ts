import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from '../approval/approval.row.js';
import { resolvedEmission } from '../approval/resolved-emission.js';

/** Questions that one transaction of the sweep ends. */
export const EXPIRE_BATCH = 256;
/** How long half of a question about an output waits for the other half, in hours: as long as the question would. */
const HALF_TTL_HOURS = 24;

/** Ends open questions whose time has passed and tells it. A question someone is voting on is left to the vote. */
export async function expireApprovals(work: Work): Promise<number> {
  const expired = await work.query<ApprovalRow & { readonly resolved_at_text: string }>(
    `UPDATE approvals t SET state = 'EXPIRED', resolved_at = now()
      WHERE t.approval_id IN (SELECT approval_id FROM approvals WHERE state = 'PENDING' AND expires_at <= now()
                               ORDER BY expires_at LIMIT ${EXPIRE_BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING ${approvalColumns('t')}, ${rfc3339('t.resolved_at')} AS resolved_at_text`,
  );
  for (const row of expired)
    work.emit(resolvedEmission(approvalOf(row), ApprovalOutcome.Expired, row.resolved_at_text));
  return expired.length;
}

/** Forgets halves that never met: a verdict of a lost lease has no other half. */
export async function forgetHalves(work: Work): Promise<void> {
  for (const table of ['held_verdicts', 'quarantined_jobs'])
    await work.query(`DELETE FROM ${table} WHERE held_at < now() - interval '${HALF_TTL_HOURS} hours'`);
}
