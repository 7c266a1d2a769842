import { RejectionReason } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { ApprovalState, NewApproval } from './approval.js';
import { rfc3339 } from './approval.row.js';

const COLUMNS = {
  approval_id: 'text',
  kind: 'text',
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  attempt: 'int',
  decision_id: 'text',
  policy_snapshot: 'text',
  scanned: 'text',
  topic: 'text',
  producer: 'text',
  caller: 'text',
  agent_id: 'text',
  quorum: 'int',
  groups: 'text',
  rule_ids: 'text',
  reason: 'text',
  job: 'text',
  findings: 'text',
  cause_id: 'text',
  traceparent: 'text',
  trace_id: 'text',
  confirm: 'text',
  escalate_to: 'text',
  reason_code: 'text',
  proof: 'text',
  action: 'text',
  shape: 'text',
  risk: 'smallint',
} as const;

/** What of a question becomes times and states. */
const TERMS = {
  ttl_sec: 'double precision',
  escalate_after_sec: 'double precision',
  refused: 'text',
} as const;

/** What became of a question as it was stored, and when. */
export interface StoredApproval {
  readonly approval_id: string;
  readonly state: ApprovalState;
  /** RFC 3339, the database's time. */
  readonly now: string;
}

/**
 * Stores questions as PENDING; they expire `ttl_sec` after the database's now. A question about a job that is known to
 * have ended is stored as WITHDRAWN; to ask about jobs, hold off their ends first. Those that are `surplus`, too many for
 * the reviewers, are stored as REJECTED. A question that was asked before stays as it is. Gives those that are new.
 */
export async function insertApprovals(
  sql: Sql,
  approvals: readonly NewApproval[],
  surplus: ReadonlySet<NewApproval> = new Set(),
): Promise<ReadonlyMap<string, StoredApproval>> {
  if (approvals.length === 0) return new Map();
  const names = Object.keys(COLUMNS).join(', ');
  const values = Object.keys(COLUMNS)
    .map((name) => `r.${name}`)
    .join(', ');
  const types = Object.entries({ ...COLUMNS, ...TERMS }).map(([name, type]) => `${name} ${type}`);
  const rows = approvals.map((approval) => ({
    ...approval,
    groups: JSON.stringify(approval.groups),
    escalate_to: JSON.stringify(approval.escalate_to),
    rule_ids: JSON.stringify(approval.rule_ids),
    findings: JSON.stringify(approval.findings),
    refused: surplus.has(approval) ? RejectionReason.QueueFull : null,
  }));
  const inserted = await sql.query<StoredApproval>(
    `INSERT INTO approvals (${names}, expires_at, escalate_at, state, resolved_at, resolved_reason)
     SELECT ${values}, now() + make_interval(secs => r.ttl_sec),
            CASE WHEN r.escalate_after_sec IS NULL THEN NULL
                 ELSE now() + make_interval(secs => r.escalate_after_sec) END,
            CASE WHEN e.job_id IS NOT NULL THEN 'WITHDRAWN' WHEN r.refused IS NOT NULL THEN 'REJECTED'
                 ELSE 'PENDING' END,
            CASE WHEN e.job_id IS NULL AND r.refused IS NULL THEN NULL ELSE now() END,
            CASE WHEN e.job_id IS NULL THEN r.refused ELSE NULL END
       FROM json_to_recordset($1::json) AS r(${types.join(', ')})
       LEFT JOIN ended_jobs e ON r.kind = 'job' AND e.tenant_id = r.tenant_id AND e.job_id = r.job_id
     ON CONFLICT DO NOTHING
     RETURNING approval_id, state, ${rfc3339('now()')} AS now`,
    [JSON.stringify(rows)],
  );
  return new Map(inserted.map((row) => [row.approval_id, row]));
}
