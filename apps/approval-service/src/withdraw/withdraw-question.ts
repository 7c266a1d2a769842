import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { ApprovalKind, ApprovalState } from '../approval/approval.js';
import { openApprovals, type OpenedApproval } from '../approval/locked-approval.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { storeResolutions } from '../approval/resolution.store.js';
import { isSameName } from '../resolve/cast-vote.js';
import type { WithdrawRequest } from './withdraw-request.js';

/** The answer to a withdrawal. */
export type WithdrawAnswer =
  | { readonly ok: true; readonly approval: object }
  | {
      readonly ok: false;
      readonly code: 'not_found' | 'already_resolved' | 'expired';
      readonly state?: ApprovalState;
    };

/**
 * Takes back a question about a job: the job ends as withdrawn. Only who submitted it may, or an operator; for anybody
 * else there is no such question. To take it back once more changes nothing.
 */
export async function withdrawQuestion(work: Work, request: WithdrawRequest): Promise<WithdrawAnswer> {
  const found = await openApprovals(work, [request], 'lock');
  const approval = found.find(({ kind }) => kind === ApprovalKind.Job);
  const isTheirs =
    request.is_operator === true ||
    (approval?.caller !== undefined && approval.caller !== null && isSameName(approval.caller, request.by));
  if (approval === undefined || !isTheirs) return { ok: false, code: 'not_found' };
  const { state } = approval;
  if (state === ApprovalState.Withdrawn) return { ok: true, approval: told(approval) };
  if (state === ApprovalState.Expired || (state === ApprovalState.Pending && approval.isPastExpiry))
    return { ok: false, code: 'expired', state: ApprovalState.Expired };
  if (state !== ApprovalState.Pending) return { ok: false, code: 'already_resolved', state };
  const next = {
    ...approval,
    state: ApprovalState.Withdrawn,
    resolved_by: request.by,
    resolved_at: approval.now,
  };
  work.emit(resolvedEmission(next, ApprovalOutcome.Withdrawn, next.now));
  await storeResolutions(work, [next]);
  return { ok: true, approval: told(next) };
}

function told({ job_id, approval_id, state, resolved_by, resolved_at }: OpenedApproval): object {
  return { job_id, approval_id, state, resolved_by, resolved_at };
}
