import { ApprovalKind } from '../approval/approval.js';
import type { OpenedApproval } from '../approval/locked-approval.js';
import type { Rulings } from '../consult/consult-policy.js';
import { asksOthers, stricterTerms } from '../terms/stricter-terms.js';
import { ballotOf, type AskedVote } from './asked-vote.js';
import { castVote } from './cast-vote.js';
import type { ResolveRequest } from './resolve-request.js';

/** What a question is under the policy of now. */
export type Judged =
  | { readonly kind: 'open'; readonly approval: OpenedApproval | undefined }
  | { readonly kind: 'denied'; readonly approval: OpenedApproval }
  | { readonly kind: 'unavailable' };

/**
 * The question that a vote is judged on. Of a vote that would approve a job the policy of now has a say: what it denies
 * nobody approves, and what it asks more for gets no easier by having been asked before.
 */
export function judgeByPolicy(
  approval: OpenedApproval | undefined,
  vote: AskedVote<ResolveRequest>,
  rulings: Rulings,
): Judged {
  if (approval?.kind !== ApprovalKind.Job || vote.request.vote !== 'approve')
    return { kind: 'open', approval };
  const cast = castVote(approval, ballotOf(vote, approval.now));
  // What does not count in any case needs no ruling; refusals are told as they are.
  if (!cast.ok || cast.isRepeated) return { kind: 'open', approval };
  const ruling = rulings.get(approval.approval_id) ?? { kind: 'unavailable' };
  if (ruling.kind === 'unavailable') return ruling;
  if (ruling.kind === 'denied') return { kind: 'denied', approval };
  const terms = stricterTerms(approval, ruling.terms);
  if (terms === undefined) return { kind: 'denied', approval };
  const votes = asksOthers(approval, terms) ? [] : approval.votes;
  return { kind: 'open', approval: { ...approval, ...terms, votes } };
}
