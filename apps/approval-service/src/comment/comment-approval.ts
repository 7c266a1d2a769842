import { ApprovalChange } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Work } from '@countersign/service-kit';
import { approvalEvent } from '../approval/approval-event.js';
import { openApprovals } from '../approval/locked-approval.js';
import { chooseApproval } from '../resolve/choose-approval.js';
import type { CommentRequest } from './comment-request.js';

/** Comments on one question at most: a conversation, not a store. */
export const MAX_COMMENTS = 200;

/** The answer to a comment. */
export type CommentAnswer =
  | { readonly ok: true; readonly comment: object }
  | { readonly ok: false; readonly code: 'not_found' | 'too_many_comments' };

/** Keeps a comment. It decides nothing, and may come when everything is decided. The note must be redacted already. */
export async function commentApproval(work: Work, request: CommentRequest): Promise<CommentAnswer> {
  // Not locked: a comment keeps nobody from answering.
  const found = await openApprovals(work, [request], 'look');
  const approval = found[chooseApproval(found, request)];
  if (approval === undefined) return { ok: false, code: 'not_found' };
  const [row] = await work.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM approval_comments WHERE approval_id = $1',
    [approval.approval_id],
  );
  if ((row?.count ?? 0) >= MAX_COMMENTS) return { ok: false, code: 'too_many_comments' };
  const { tenant_id, approval_id, job_id, now: at } = approval;
  const { by, note } = request;
  const comment_id = newUlid();
  await work.insertMany(
    'approval_comments',
    { comment_id: 'text', tenant_id: 'text', approval_id: 'text', by: 'text', note: 'text' },
    [{ comment_id, tenant_id, approval_id, by, note }],
  );
  await work.insertMany(
    'approval_changes',
    { tenant_id: 'text', approval_id: 'text', job_id: 'text', change: 'text' },
    [{ tenant_id, approval_id, job_id, change: 'changed' }],
  );
  work.emit(approvalEvent(approval, ApprovalChange.Commented, at, { by, distinct: comment_id }));
  return { ok: true, comment: { comment_id, approval_id, job_id, by, note, at } };
}
