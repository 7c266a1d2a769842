import { ApprovalOutcome } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { ApprovalState, type ApprovalState as ApprovalStateName } from '../approval/approval.js';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from '../approval/approval.row.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { chooseApproval } from './choose-approval.js';
import { castVote, type VotableApproval, type VoteRefusal } from './cast-vote.js';
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
  | { readonly ok: false; readonly code: VoteRefusal };

type Locked = ReturnType<typeof approvalOf> & VotableApproval & { readonly now: string };
type LockedRow = ApprovalRow &
  Omit<VotableApproval, 'groups' | 'votes' | 'isPastExpiry'> & {
    readonly groups: string;
    readonly is_past_expiry: boolean;
    readonly now: string;
  };

const OUTCOME_OF: Partial<Record<ApprovalStateName, ApprovalOutcome>> = {
  [ApprovalState.Granted]: ApprovalOutcome.Granted,
  [ApprovalState.Rejected]: ApprovalOutcome.Rejected,
};

/**
 * Casts votes one after the other on rows that are locked until commit, so of two answers exactly one counts. Time is
 * the database's, read in the statement that locks: neither a sweep that is late nor a clock that is wrong keeps a
 * question open. The notes must be redacted already. Gives one answer per request.
 */
export async function resolveApprovals(
  work: Work,
  requests: readonly ResolveRequest[],
): Promise<readonly ResolveAnswer[]> {
  const locked = await lockApprovals(work, requests);
  const changed = new Map<string, object>();
  const answers: ResolveAnswer[] = [];
  for (const request of requests) {
    const index = chooseApproval(locked, request);
    const approval = locked[index];
    const { by, vote, note, groups } = request;
    const cast = castVote(approval, {
      voter: by,
      vote,
      at: approval?.now ?? '',
      note: note ?? '',
      groups: groups ?? [],
    });
    if (!cast.ok) {
      if (cast.code === 'self_approval' && approval !== undefined) flagSelfApproval(work, approval, request);
      answers.push(cast);
      continue;
    }
    if (approval === undefined) throw new Error('a vote counted without an approval');
    const next: Locked = { ...approval, state: cast.state, votes: cast.votes };
    locked[index] = next;
    const outcome = OUTCOME_OF[cast.state];
    const end = outcome === undefined ? { by: null, at: null } : { by, at: approval.now };
    if (outcome !== undefined) work.emit(resolvedEmission(next, outcome, approval.now));
    changed.set(next.approval_id, {
      approval_id: next.approval_id,
      state: next.state,
      votes: JSON.stringify(next.votes),
      resolved_at: end.at,
      resolved_by: end.by,
    });
    const { job_id, approval_id, state } = next;
    answers.push({
      ok: true,
      approval: { job_id, approval_id, state, resolved_by: end.by, resolved_at: end.at },
    });
  }
  const stored = await work.updateMany(
    'approvals',
    { approval_id: 'text' },
    { state: 'text', votes: 'text', resolved_at: 'timestamptz', resolved_by: 'text' },
    [...changed.values()],
    `AND t.state = 'PENDING' AND t.expires_at > now() RETURNING t.approval_id`,
  );
  if (stored.length !== changed.size) throw new Error('a vote counted on a question that is over');
  return answers;
}

/** Locks in one order, so that two batches cannot wait for each other. */
async function lockApprovals(work: Work, requests: readonly ResolveRequest[]): Promise<Locked[]> {
  const wanted = requests.map(({ tenant_id, job_id }) => ({ tenant_id, job_id }));
  const rows = await work.query<LockedRow>(
    `SELECT ${approvalColumns('a')}, a.caller, a.agent_id, a.quorum, a.groups,
            a.expires_at <= now() AS is_past_expiry, ${rfc3339('now()')} AS now
       FROM approvals a
      WHERE (a.tenant_id, a.job_id) IN
            (SELECT r.tenant_id, r.job_id FROM json_to_recordset($1::json) AS r(tenant_id text, job_id text))
      ORDER BY a.approval_id
        FOR UPDATE OF a`,
    [JSON.stringify(wanted)],
  );
  return rows.map((row) => ({
    ...row,
    ...approvalOf(row),
    groups: JSON.parse(row.groups) as string[],
    isPastExpiry: row.is_past_expiry,
  }));
}

/** A trace id without a cause: named as a cause, this event would count as the answer to the question. */
function flagSelfApproval(work: Work, approval: Locked, request: ResolveRequest): void {
  work.refuse({
    job_id: approval.job_id,
    trace_id: approval.trace_id,
    what: 'vote',
    reason_code: 'self_approval',
    detail: {
      tenant_id: approval.tenant_id,
      approval_id: approval.approval_id,
      kind: approval.kind,
      by: request.by,
      vote: request.vote,
    },
  });
}
