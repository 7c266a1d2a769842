import { ApprovalOutcome, RejectionReason } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { ApprovalState, type ApprovalState as ApprovalStateName } from '../approval/approval.js';
import { openApprovals, type OpenedApproval } from '../approval/locked-approval.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { storeResolutions } from '../approval/resolution.store.js';
import type { Rulings } from '../consult/consult-policy.js';
import { ballotOf, type AskedVote } from './asked-vote.js';
import { castVote, type VoteRefusal } from './cast-vote.js';
import { chooseApproval } from './choose-approval.js';
import { flagAttempt } from './flag-attempt.js';
import { judgeByPolicy } from './judge-by-policy.js';
import type { ResolveRequest } from './resolve-request.js';

/** The answer to one vote, as the API shows it. */
export type ResolveAnswer =
  | {
      readonly ok: true;
      readonly approval: {
        readonly job_id: string;
        readonly approval_id: string;
        readonly state: ApprovalStateName;
        readonly resolved_by: string | null;
        readonly resolved_at: string | null;
      };
    }
  | {
      readonly ok: false;
      readonly code: VoteRefusal | 'policy_changed' | 'unavailable';
      /** Where the question is now; absent when there is none. */
      readonly state?: ApprovalStateName;
    };

const OUTCOME_OF: Partial<Record<ApprovalStateName, ApprovalOutcome>> = {
  [ApprovalState.Granted]: ApprovalOutcome.Granted,
  [ApprovalState.Rejected]: ApprovalOutcome.Rejected,
};

/**
 * Casts votes one after the other on rows that are locked until commit, so of two answers exactly one counts. Time is
 * the database's, read in the statement that locks: neither a sweep that is late nor a clock that is wrong keeps a
 * question open. The notes must be redacted already, and the policy asked. Gives one answer per vote.
 */
export async function resolveApprovals(
  work: Work,
  votes: readonly AskedVote<ResolveRequest>[],
  rulings: Rulings,
): Promise<readonly ResolveAnswer[]> {
  const locked = await openApprovals(
    work,
    votes.map(({ request }) => request),
    'lock',
  );
  const changed = new Map<string, OpenedApproval>();
  const reasons = new Map<string, RejectionReason>();
  const answers = votes.map((vote): ResolveAnswer => {
    const index = chooseApproval(locked, vote.request);
    const approval = locked[index];
    const change = (next: OpenedApproval) => {
      locked[index] = next;
      changed.set(next.approval_id, next);
    };
    const judged = judgeByPolicy(approval, vote, rulings);
    if (judged.kind === 'denied') {
      const next = end(judged.approval, ApprovalState.Rejected, null);
      work.emit(resolvedEmission(next, ApprovalOutcome.Rejected, next.now, RejectionReason.PolicyChanged));
      reasons.set(next.approval_id, RejectionReason.PolicyChanged);
      change(next);
      return { ok: false, code: 'policy_changed', state: next.state };
    }
    if (judged.kind === 'unavailable') return { ok: false, code: 'unavailable' };
    const cast = castVote(judged.approval, ballotOf(vote, judged.approval?.now ?? ''));
    if (!cast.ok) {
      flagAttempt(work, approval, vote.request, cast.code);
      return { ...cast, ...(approval === undefined ? {} : { state: stateOf(approval) }) };
    }
    if (judged.approval === undefined) throw new Error('a vote counted without an approval');
    if (cast.isRepeated) return told(judged.approval);
    const outcome = OUTCOME_OF[cast.state];
    const counted = { ...judged.approval, votes: cast.votes };
    const next = outcome === undefined ? counted : end(counted, cast.state, vote.request.by);
    if (outcome !== undefined) work.emit(resolvedEmission(next, outcome, next.now));
    change(next);
    return told(next);
  });
  await storeResolutions(work, [...changed.values()], reasons);
  return answers;
}

function end(approval: OpenedApproval, state: ApprovalStateName, by: string | null): OpenedApproval {
  return { ...approval, state, resolved_by: by, resolved_at: approval.now };
}

function told({ job_id, approval_id, state, resolved_by, resolved_at }: OpenedApproval): ResolveAnswer {
  return { ok: true, approval: { job_id, approval_id, state, resolved_by, resolved_at } };
}

/** What is past its time has expired, whether a sweep has said so or not. */
function stateOf({ state, isPastExpiry }: OpenedApproval): ApprovalStateName {
  return state === ApprovalState.Pending && isPastExpiry ? ApprovalState.Expired : state;
}
