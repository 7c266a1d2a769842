import type { Sql } from '@countersign/persistence';
import type { VotableApproval } from '../resolve/cast-vote.js';
import type { Approval } from './approval.js';
import { approvalColumns, approvalOf, rfc3339, type ApprovalRow } from './approval.row.js';

/** A question with everything that an answer to it depends on, at one moment of the database's time. */
export interface OpenedApproval extends Approval, VotableApproval {
  readonly action: string;
  readonly reason_code: string;
  readonly resolved_by: string | null;
  readonly resolved_at: string | null;
  readonly edited_as: string | null;
  /** RFC 3339: the database's time. */
  readonly now: string;
}

type Row = ApprovalRow &
  Omit<
    OpenedApproval,
    keyof Approval | 'groups' | 'escalate_to' | 'isPastExpiry' | 'isEscalated' | 'isIntact'
  > & {
    readonly groups: string;
    readonly escalate_to: string;
    readonly is_past_expiry: boolean;
    readonly is_escalated: boolean;
    readonly is_intact: boolean;
  };

export interface JobRef {
  readonly tenant_id: string;
  readonly job_id: string;
}

/**
 * Every question about some jobs, by age. `lock` holds them until commit, in one order, so that two batches cannot wait
 * for each other. The keys are compared with lists: joined to a set of rows, the plan of an empty table, which a prepared
 * statement may keep, would read every question there is.
 */
export async function openApprovals(
  sql: Pick<Sql, 'query'>,
  jobs: readonly JobRef[],
  lock: 'lock' | 'look',
): Promise<OpenedApproval[]> {
  const wanted = new Set(jobs.map(keyOf));
  const tenants = [...new Set(jobs.map(({ tenant_id }) => tenant_id))];
  const rows = await sql.query<Row>(
    `SELECT ${approvalColumns('a')}, a.caller, a.agent_id, a.quorum, a.groups, a.escalate_to, a.confirm, a.action,
            a.reason_code, a.resolved_by, a.edited_as, ${rfc3339('a.resolved_at')} AS resolved_at,
            a.expires_at <= now() AS is_past_expiry, coalesce(a.escalate_at <= now(), false) AS is_escalated,
            a.kind <> 'job' OR coalesce('sha256:' || encode(sha256(convert_to(a.job, 'UTF8')), 'hex') = a.job_hash, false)
              AS is_intact,
            ${rfc3339('now()')} AS now
       FROM approvals a
      WHERE a.tenant_id = ANY($1) AND a.job_id = ANY($2)
      ORDER BY a.approval_id
        ${lock === 'lock' ? 'FOR UPDATE OF a' : ''}`,
    [tenants, [...new Set(jobs.map(({ job_id }) => job_id))]],
  );
  // Of several tenants some may have a job of an id that another one was asked for.
  return rows
    .filter((row) => wanted.has(keyOf(row)))
    .map(({ is_past_expiry, is_escalated, is_intact, groups, escalate_to, ...row }) => ({
      ...row,
      ...approvalOf(row),
      groups: JSON.parse(groups) as string[],
      escalate_to: JSON.parse(escalate_to) as string[],
      isPastExpiry: is_past_expiry,
      isEscalated: is_escalated,
      isIntact: is_intact,
    }));
}

const keyOf = ({ tenant_id, job_id }: JobRef): string => `${tenant_id}/${job_id}`;
