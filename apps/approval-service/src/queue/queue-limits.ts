import { ApprovalOutcome, RejectionReason } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Work } from '@countersign/service-kit';
import { ApprovalState, type NewApproval } from '../approval/approval.js';
import type { StoredApproval } from '../approval/approval.store.js';
import { resolvedEmission } from '../approval/resolved-emission.js';

/** How many questions about jobs may wait at once. */
export interface QueueLimits {
  readonly perTenant: number;
  readonly perAgent: number;
}

/** How many wait already: by tenant and, within it, by agent. */
export interface OpenCounts {
  readonly ofTenant: ReadonlyMap<string, number>;
  readonly ofAgent: ReadonlyMap<string, number>;
}

const agentKey = ({ tenant_id, agent_id }: Pick<NewApproval, 'tenant_id' | 'agent_id'>) =>
  `${tenant_id}/${agent_id ?? ''}`;

/** Those of some new questions, in their order, that find the queue of their tenant or of their agent full. Pure. */
export function surplusOf(
  asked: readonly NewApproval[],
  open: OpenCounts,
  limits: QueueLimits,
): ReadonlySet<NewApproval> {
  const [tenants, agents] = [new Map(open.ofTenant), new Map(open.ofAgent)];
  const surplus = new Set<NewApproval>();
  for (const approval of asked) {
    const [ofTenant, ofAgent] = [tenants.get(approval.tenant_id) ?? 0, agents.get(agentKey(approval)) ?? 0];
    if (ofTenant >= limits.perTenant || ofAgent >= limits.perAgent) {
      surplus.add(approval);
      continue;
    }
    tenants.set(approval.tenant_id, ofTenant + 1);
    agents.set(agentKey(approval), ofAgent + 1);
  }
  return surplus;
}

/**
 * Looks up which new questions are too many. Batches of several processes at once may each see the same count, so the
 * queue can grow over its limit by what these ask together: a bound, not an exact number.
 */
export async function findSurplus(
  sql: Sql,
  asked: readonly NewApproval[],
  limits: QueueLimits | undefined,
): Promise<ReadonlySet<NewApproval>> {
  if (limits === undefined) return new Set();
  const rows = await sql.query<{
    tenant_id: string;
    agent_id: string | null;
    of_tenant: number;
    of_agent: number;
  }>(
    `SELECT r.tenant_id, r.agent_id,
            (SELECT count(*)::int FROM (SELECT 1 FROM approvals a
               WHERE a.state = 'PENDING' AND a.tenant_id = r.tenant_id LIMIT $2) t) AS of_tenant,
            (SELECT count(*)::int FROM (SELECT 1 FROM approvals a
               WHERE a.state = 'PENDING' AND a.tenant_id = r.tenant_id AND a.agent_id = r.agent_id LIMIT $3) t) AS of_agent
       FROM (SELECT DISTINCT tenant_id, agent_id
               FROM json_to_recordset($1::json) AS j(tenant_id text, agent_id text)) r`,
    [
      JSON.stringify(asked.map(({ tenant_id, agent_id }) => ({ tenant_id, agent_id }))),
      limits.perTenant,
      limits.perAgent,
    ],
  );
  const open = {
    ofTenant: new Map(rows.map((row) => [row.tenant_id, row.of_tenant])),
    ofAgent: new Map(rows.map((row) => [agentKey(row), row.of_agent])),
  };
  return surplusOf(asked, open, limits);
}

/** Tells the ends of questions that were too many, of those that were stored just now. */
export function refuseSurplus(
  work: Work,
  surplus: ReadonlySet<NewApproval>,
  inserted: ReadonlyMap<string, StoredApproval>,
): void {
  for (const approval of surplus) {
    const stored = inserted.get(approval.approval_id);
    if (stored?.state !== ApprovalState.Rejected) continue;
    const ended = { ...approval, state: stored.state, votes: [] };
    work.emit(resolvedEmission(ended, ApprovalOutcome.Rejected, stored.now, RejectionReason.QueueFull));
  }
}
