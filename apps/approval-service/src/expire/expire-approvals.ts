import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from '../approval/approval.row.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { lockHalves } from '../request/open-output-approvals.js';

/** Questions that one transaction of the sweep ends. */
export const EXPIRE_BATCH = 256;
/** How long half of a question about an output waits for the other half, in hours: as long as the question would. */
const HALF_TTL_HOURS = 24;
/** Verdicts of one pool that wait for their other half at most. */
export const MAX_HALVES = 1000;
/** Bytes of their findings at most: 32 MiB. */
const MAX_HALVES_BYTES = 32 * 1024 * 1024;

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
  const isOld = `held_at < now() - interval '${HALF_TTL_HOURS} hours'`;
  await Promise.all([
    work.query(`DELETE FROM held_verdicts WHERE ${isOld}`),
    work.query(`DELETE FROM quarantined_jobs WHERE ${isOld}`),
  ]);
}

/**
 * Forgets the oldest of a pool's verdicts without another half when there are too many. A worker that makes results up
 * brings such verdicts without end; those of real leases meet their half within seconds.
 */
export async function forgetExcessHalves(work: Work): Promise<void> {
  await Promise.all([
    lockHalves(work),
    work.query(
      `DELETE FROM held_verdicts h
        USING (SELECT verdict_id, row_number() OVER newer AS place, sum(octet_length(findings)) OVER newer AS bytes
                 FROM held_verdicts
               WINDOW newer AS (PARTITION BY pool ORDER BY held_at DESC, verdict_id)) v
        WHERE h.verdict_id = v.verdict_id AND (v.place > $1 OR v.bytes > $2)`,
      [MAX_HALVES, MAX_HALVES_BYTES],
    ),
  ]);
}
