import {
  ApprovalState,
  VoteChoice,
  type ApprovalState as ApprovalStateName,
  type Vote,
} from '../approval/approval.js';

/** Why a vote does not count. */
export type VoteRefusal =
  | 'not_found'
  | 'stale_request'
  | 'already_resolved'
  | 'expired'
  | 'not_a_person'
  | 'self_approval'
  | 'submitter_unknown'
  | 'not_in_group'
  | 'already_voted'
  | 'confirmation_required';

/** What of an approval decides about a vote. */
export interface VotableApproval {
  readonly state: ApprovalStateName;
  readonly job_hash: string;
  /** Whether the stored bytes still are what was hashed, decided and shown. */
  readonly isIntact: boolean;
  /** Whether the database's now is at or past the end of the question. */
  readonly isPastExpiry: boolean;
  /** Who submitted the job; null when that is not known. */
  readonly caller: string | null;
  readonly agent_id: string | null;
  readonly quorum: number;
  readonly groups: readonly string[];
  /** Whether, by the database's now, nobody has answered for so long that others may as well. */
  readonly isEscalated: boolean;
  readonly escalate_to: readonly string[];
  /** What has to be typed to approve; null where a vote is enough. */
  readonly confirm: string | null;
  readonly votes: readonly Vote[];
}

/** A vote, and what is verified of who casts it. */
export interface Ballot extends Vote {
  readonly groups: readonly string[];
  /** Every other name that the same person is known by, of credentials and of agents of theirs. */
  readonly names: readonly string[];
  readonly isPerson: boolean;
  /** What the voter has typed. */
  readonly confirm: string | undefined;
  /** The hash of what the voter has seen; undefined when the client does not say. */
  readonly expectedHash: string | undefined;
}

/** What a vote makes of an approval. */
export type CastVote =
  | {
      readonly ok: true;
      readonly state: ApprovalStateName;
      readonly votes: readonly Vote[];
      /** The same person said the same before, and it was resolved by that: nothing changes. */
      readonly isRepeated: boolean;
    }
  | { readonly ok: false; readonly code: VoteRefusal };

/** The choice that a state came about by. */
const CHOICE_BEHIND: Partial<Record<ApprovalStateName, VoteChoice>> = {
  [ApprovalState.Granted]: VoteChoice.Approve,
  [ApprovalState.Rejected]: VoteChoice.Deny,
};

/**
 * Decides about one vote. One denial rejects; a grant needs as many different people as the quorum says. Nobody votes on
 * what they, another credential of theirs or their agent submitted, and where the submitter is not known nobody can show
 * not to be it: then only a denial counts. No program votes at all.
 */
export function castVote(approval: VotableApproval | undefined, ballot: Ballot): CastVote {
  if (approval === undefined) return refused('not_found');
  const isStale = ballot.expectedHash !== undefined && ballot.expectedHash !== approval.job_hash;
  if (isStale) return refused('stale_request');
  if (approval.state !== ApprovalState.Pending) return castAfterEnd(approval, ballot);
  if (approval.isPastExpiry) return refused('expired');
  if (!ballot.isPerson) return refused('not_a_person');
  const isThem = (name: string) => [ballot.voter, ...ballot.names].some((own) => isSameName(own, name));
  if ([approval.caller, approval.agent_id].some((name) => name !== null && isThem(name)))
    return refused('self_approval');
  if (!mayAnswer(approval, ballot.groups)) return refused('not_in_group');
  const { voter, vote, at, note } = ballot;
  const votes = [...approval.votes.filter((cast) => !isThem(cast.voter)), { voter, vote, at, note }];
  if (vote === VoteChoice.Deny) return counted(ApprovalState.Rejected, votes);
  if (!approval.isIntact) return refused('stale_request');
  if (approval.caller === null) return refused('submitter_unknown');
  if (votes.length === approval.votes.length) return refused('already_voted');
  if (approval.confirm !== null && ballot.confirm !== approval.confirm)
    return refused('confirmation_required');
  const isGranted = votes.length >= approval.quorum;
  return counted(isGranted ? ApprovalState.Granted : ApprovalState.Pending, votes);
}

/** Nothing changes any more; but who repeats what they resolved, such as after a lost answer, is told that it is so. */
function castAfterEnd(approval: VotableApproval, { voter, vote, isPerson }: Ballot): CastVote {
  if (approval.state === ApprovalState.Expired) return refused('expired');
  const wasTheirs =
    isPerson &&
    CHOICE_BEHIND[approval.state] === vote &&
    approval.votes.some((cast) => cast.vote === vote && isSameName(cast.voter, voter));
  if (!wasTheirs) return refused('already_resolved');
  return { ok: true, state: approval.state, votes: approval.votes, isRepeated: true };
}

/** An escalation adds groups to those that were asked; where any reviewer may answer there is nobody to add. */
function mayAnswer(approval: VotableApproval, groups: readonly string[]): boolean {
  if (approval.groups.length === 0) return true;
  const asked = approval.isEscalated ? [...approval.groups, ...approval.escalate_to] : approval.groups;
  return asked.some((group) => groups.includes(group));
}

function counted(state: ApprovalStateName, votes: readonly Vote[]): CastVote {
  return { ok: true, state, votes, isRepeated: false };
}

function refused(code: VoteRefusal): CastVote {
  return { ok: false, code };
}

/** Names differ in more than case, or a capital letter would make a second person of the first. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
