import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { ApprovalKind } from '../approval/approval.js';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from '../approval/approval.row.js';
import type { EndedJob } from '../approval/ended-jobs.store.js';
import { resolvedEmission } from '../approval/resolved-emission.js';

/**
 * Takes back the open questions about jobs that have ended. For a job nothing is told, its own event has said it; for
 * an output the scanner is told, so that it lets go of the sealed bytes.
 */
export async function withdrawApprovals(work: Work, ended: readonly EndedJob[]): Promise<void> {
  if (ended.length === 0) return;
  const withdrawn = await work.query<ApprovalRow & { readonly resolved_at_text: string }>(
    `WITH open AS (
       SELECT a.approval_id FROM approvals a
         JOIN json_to_recordset($1::json) AS r(tenant_id text, job_id text)
           ON a.tenant_id = r.tenant_id AND a.job_id = r.job_id
        WHERE a.state = 'PENDING'
        ORDER BY a.approval_id
          FOR UPDATE OF a)
     UPDATE approvals t SET state = 'WITHDRAWN', resolved_at = now()
       FROM open WHERE t.approval_id = open.approval_id
     RETURNING ${approvalColumns('t')}, ${rfc3339('t.resolved_at')} AS resolved_at_text`,
    [JSON.stringify(ended)],
  );
  for (const row of withdrawn)
    if (row.kind === ApprovalKind.Output)
      work.emit(resolvedEmission(approvalOf(row), ApprovalOutcome.Withdrawn, row.resolved_at_text));
}
