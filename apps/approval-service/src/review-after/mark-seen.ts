import type { ReviewVerdict } from '@countersign/contracts';
import { isSameName } from '../resolve/cast-vote.js';
import { ReviewState, type Review } from './review.js';

/** A person's word about released work, and what is verified of who says it. */
export interface Look {
  readonly by: string;
  /** Every other name that the same person is known by. */
  readonly names: readonly string[];
  readonly isPerson: boolean;
  readonly verdict: ReviewVerdict;
}

/** Why a mark does not count. */
export type LookRefusal =
  'not_found' | 'not_a_person' | 'self_approval' | 'submitter_unknown' | 'already_seen';

/** What a look makes of a review: it is to be marked, or was by the same person with the same word. */
export type MarkSeen =
  { readonly ok: true; readonly isRepeated: boolean } | { readonly ok: false; readonly code: LookRefusal };

/**
 * Decides about one look. Who is allowed is as with approvals: people, and nobody about work of their own. Whose it is
 * as well is whoever has edited the job; `editors` are all names of them. Anybody may say that there is a problem where the
 * submitter is not known, and nobody that there is none.
 */
export function markSeen(
  review: Pick<Review, 'state' | 'caller' | 'agent_id' | 'seen_by' | 'verdict'> | undefined,
  look: Look,
  editors: readonly string[] = [],
): MarkSeen {
  if (review === undefined) return refused('not_found');
  if (!look.isPerson) return refused('not_a_person');
  const isThem = (name: string | null) =>
    name !== null && [look.by, ...look.names].some((own) => isSameName(own, name));
  if ([review.caller, review.agent_id, ...editors].some(isThem)) return refused('self_approval');
  if (review.state === ReviewState.Seen) {
    const isRepeated = review.verdict === look.verdict && isThem(review.seen_by);
    return isRepeated ? { ok: true, isRepeated } : refused('already_seen');
  }
  if (review.caller === null && look.verdict === 'fine') return refused('submitter_unknown');
  return { ok: true, isRepeated: false };
}

function refused(code: LookRefusal): MarkSeen {
  return { ok: false, code };
}
