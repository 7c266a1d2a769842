import type { TenantRoad } from '@countersign/service-kit';
import { ApprovalKind } from '../approval/approval.js';
import { openApprovals } from '../approval/locked-approval.js';
import { readAtOnce } from '../approval/read-at-once.js';
import { castVote } from '../resolve/cast-vote.js';
import { chooseApproval } from '../resolve/choose-approval.js';
import type { ResolveRequest } from '../resolve/resolve-request.js';
import { ballotOf, type AskedVote } from '../resolve/asked-vote.js';
import type { AskPolicy, Ruling } from './ruling.js';

/** What the policy says now of the jobs that votes would approve, by approval. */
export type Rulings = ReadonlyMap<string, Ruling>;

/**
 * Asks the policy about every job that a vote would approve, before anything is locked. Votes that would not count are
 * not worth a question, so nobody can put work on the policy by them.
 */
export async function consultPolicy(
  road: Pick<TenantRoad, 'read'>,
  votes: readonly AskedVote<ResolveRequest>[],
  ask: AskPolicy,
): Promise<Rulings> {
  const approving = votes.filter(({ request }) => request.vote === 'approve');
  if (approving.length === 0) return new Map();
  const seen = await readAtOnce(road, (sql) =>
    openApprovals(
      sql,
      approving.map(({ request }) => request),
      'look',
    ),
  );
  const asked = new Map<string, Promise<Ruling>>();
  for (const vote of approving) {
    const approval = seen[chooseApproval(seen, vote.request)];
    if (approval?.kind !== ApprovalKind.Job || asked.has(approval.approval_id)) continue;
    const cast = castVote(approval, ballotOf(vote, approval.now));
    if (cast.ok && !cast.isRepeated) asked.set(approval.approval_id, ask(approval));
  }
  return new Map(await Promise.all([...asked].map(async ([id, ruling]) => [id, await ruling] as const)));
}
