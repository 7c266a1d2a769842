import type { Client } from '../../api/client.js';
import type { Approval, VoteAnswer } from '../../api/types.js';

/** What a reviewer says. */
export interface Ballot {
  readonly vote: 'approve' | 'deny';
  readonly note: string;
  /** The name of the action, typed, where it is asked for. */
  readonly confirm: string;
}

/** Answers an approval: exactly what was shown, or not at all. Throws an `ApiProblem` when it does not count. */
export function castVote(
  client: Client,
  approval: Approval,
  { vote, note, confirm }: Ballot,
): Promise<VoteAnswer> {
  return client.ask(`/api/v1/approvals/${approval.job_id}/${vote}?kind=${approval.kind}`, {
    method: 'POST',
    body: {
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(vote === 'approve' && typeof approval.confirm === 'string' ? { confirm } : {}),
      expected_job_hash: approval.job_hash,
    },
  });
}
