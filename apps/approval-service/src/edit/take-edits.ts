import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { ApprovalKind, ApprovalState, type NewApproval } from '../approval/approval.js';
import { openApprovals, type OpenedApproval } from '../approval/locked-approval.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { storeResolutions } from '../approval/resolution.store.js';
import { castVote } from '../resolve/cast-vote.js';
import { findEdits, type StoredEdit } from './edit.store.js';

/**
 * Links new questions to the originals whose edits they are about, and casts the vote that an edit is: by who has edited,
 * of exactly the edited bytes, under the terms that the policy has just set. Where these ask for more than that person,
 * the question stays open.
 */
export async function takeEdits(work: Work, asked: readonly NewApproval[]): Promise<void> {
  if (asked.length === 0) return;
  const edits = await findEdits(work, asked);
  if (edits.length === 0) return;
  const open = await openApprovals(work, edits, 'lock');
  const changed: OpenedApproval[] = [];
  for (const edit of edits) {
    const approval = open.find(
      (one) =>
        one.kind === ApprovalKind.Job && one.tenant_id === edit.tenant_id && one.job_id === edit.job_id,
    );
    if (approval === undefined) continue;
    const cast = castVote(approval, ballotOfEdit(edit, approval.now));
    if (!cast.ok) continue;
    const isGranted = cast.state === ApprovalState.Granted;
    const next = {
      ...approval,
      state: cast.state,
      votes: cast.votes,
      resolved_by: isGranted ? edit.by : null,
      resolved_at: isGranted ? approval.now : null,
    };
    if (isGranted) work.emit(resolvedEmission(next, ApprovalOutcome.Granted, next.now));
    changed.push(next);
  }
  await work.updateMany(
    'approvals',
    { tenant_id: 'text', job_id: 'text' },
    { edit_of: 'text' },
    edits.map(({ tenant_id, job_id, original_job_id }) => ({ tenant_id, job_id, edit_of: original_job_id })),
    `AND t.kind = 'job'`,
  );
  await storeResolutions(work, changed);
}

function ballotOfEdit(edit: StoredEdit, at: string) {
  return {
    voter: edit.by,
    names: edit.names,
    groups: edit.groups,
    // Whoever is none was refused when they edited.
    isPerson: true,
    vote: 'approve',
    at,
    note: edit.note,
    confirm: edit.confirm ?? undefined,
    expectedHash: edit.job_hash,
  } as const;
}
