import type { Sql } from '@countersign/persistence';
import type { NewApproval } from './approval.js';

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
} as const;

/**
 * Stores questions as PENDING; they expire `ttl_sec` after the database's now. A question about a job that is known to
 * have ended is stored as WITHDRAWN; to ask about jobs, hold off their ends first. A question that was asked before
 * stays as it is. Gives the ids of those that are new.
 */
export async function insertApprovals(sql: Sql, approvals: readonly NewApproval[]): Promise<Set<string>> {
  if (approvals.length === 0) return new Set();
  const names = Object.keys(COLUMNS).join(', ');
  const values = Object.keys(COLUMNS)
    .map((name) => `r.${name}`)
    .join(', ');
  const types = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  const rows = approvals.map((approval) => ({
    ...approval,
    groups: JSON.stringify(approval.groups),
    rule_ids: JSON.stringify(approval.rule_ids),
    findings: JSON.stringify(approval.findings),
  }));
  const inserted = await sql.query<{ approval_id: string }>(
    `INSERT INTO approvals (${names}, expires_at, state, resolved_at)
     SELECT ${values}, now() + make_interval(secs => r.ttl_sec),
            CASE WHEN e.job_id IS NULL THEN 'PENDING' ELSE 'WITHDRAWN' END,
            CASE WHEN e.job_id IS NULL THEN NULL ELSE now() END
       FROM json_to_recordset($1::json) AS r(${types.join(', ')}, ttl_sec double precision)
       LEFT JOIN ended_jobs e ON r.kind = 'job' AND e.tenant_id = r.tenant_id AND e.job_id = r.job_id
     ON CONFLICT DO NOTHING
     RETURNING approval_id`,
    [JSON.stringify(rows)],
  );
  return new Set(inserted.map((row) => row.approval_id));
}
