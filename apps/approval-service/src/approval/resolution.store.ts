import type { RejectionReason } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { OpenedApproval } from './locked-approval.js';

const SETS = {
  state: 'text',
  votes: 'text',
  quorum: 'int',
  groups: 'text',
  confirm: 'text',
  resolved_at: 'timestamptz',
  resolved_by: 'text',
  resolved_reason: 'text',
  edited_as: 'text',
} as const;

/**
 * Writes what answers have made of locked questions: one compare and set, which a question that is over by the
 * database's time or state does not pass. Throws then, and nothing of the transaction holds.
 */
export async function storeResolutions(
  sql: Sql,
  changed: readonly OpenedApproval[],
  reasons: ReadonlyMap<string, RejectionReason> = new Map(),
): Promise<void> {
  const rows = changed.map((approval) => ({
    approval_id: approval.approval_id,
    state: approval.state,
    votes: JSON.stringify(approval.votes),
    quorum: approval.quorum,
    groups: JSON.stringify(approval.groups),
    confirm: approval.confirm,
    resolved_at: approval.resolved_at,
    resolved_by: approval.resolved_by,
    resolved_reason: reasons.get(approval.approval_id) ?? null,
    edited_as: approval.edited_as,
  }));
  const stored = await sql.updateMany(
    'approvals',
    { approval_id: 'text' },
    SETS,
    rows,
    `AND t.state = 'PENDING' AND t.expires_at > now() RETURNING t.approval_id`,
  );
  if (stored.length !== changed.length) throw new Error('a vote counted on a question that is over');
}
