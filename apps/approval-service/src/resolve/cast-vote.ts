import {
  ApprovalState,
  VoteChoice,
  type ApprovalState as ApprovalStateName,
  type Vote,
} from '../approval/approval.js';

/** Why a vote does not count. */
export type VoteRefusal =
  | 'not_found'
  | 'already_resolved'
  | 'expired'
  | 'self_approval'
  | 'submitter_unknown'
  | 'not_in_group'
  | 'already_voted';

/** What of an approval decides about a vote. */
export interface VotableApproval {
  readonly state: ApprovalStateName;
  /** Whether the database's now is at or past the end of the question. */
  readonly isPastExpiry: boolean;
  /** Who submitted the job; null when that is not known. */
  readonly caller: string | null;
  readonly agent_id: string | null;
  readonly quorum: number;
  readonly groups: readonly string[];
  readonly votes: readonly Vote[];
}

/** A vote and the verified groups of who casts it. */
export interface Ballot extends Vote {
  readonly groups: readonly string[];
}

/** What a vote makes of an approval. */
export type CastVote =
  | { readonly ok: true; readonly state: ApprovalStateName; readonly votes: readonly Vote[] }
  | { readonly ok: false; readonly code: VoteRefusal };

/**
 * Decides about one vote. One denial rejects; a grant needs as many different approvers as the quorum says. Nobody
 * votes on what they or their agent submitted, and where the submitter is not known nobody can show not to be it: then
 * only a denial counts.
 */
export function castVote(approval: VotableApproval | undefined, ballot: Ballot): CastVote {
  if (approval === undefined) return refused('not_found');
  if (approval.state !== ApprovalState.Pending)
    return refused(approval.state === ApprovalState.Expired ? 'expired' : 'already_resolved');
  if (approval.isPastExpiry) return refused('expired');
  if (isSubmitter(approval, ballot.voter)) return refused('self_approval');
  const isMember = approval.groups.length === 0 || approval.groups.some((g) => ballot.groups.includes(g));
  if (!isMember) return refused('not_in_group');
  const { voter, vote, at, note } = ballot;
  const votes = [
    ...approval.votes.filter((cast) => !isSamePerson(cast.voter, voter)),
    { voter, vote, at, note },
  ];
  if (vote === VoteChoice.Deny) return { ok: true, state: ApprovalState.Rejected, votes };
  if (approval.caller === null) return refused('submitter_unknown');
  if (votes.length === approval.votes.length) return refused('already_voted');
  const isGranted = votes.length >= approval.quorum;
  return { ok: true, state: isGranted ? ApprovalState.Granted : ApprovalState.Pending, votes };
}

function refused(code: VoteRefusal): CastVote {
  return { ok: false, code };
}

function isSubmitter(approval: VotableApproval, voter: string): boolean {
  return [approval.caller, approval.agent_id].some((name) => name !== null && isSamePerson(name, voter));
}

/** Names differ in more than case, or a capital letter would make a second person of the first. */
function isSamePerson(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
