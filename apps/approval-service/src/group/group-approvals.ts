import { Type, type Static } from '@sinclair/typebox';
import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import { RISK_NAMES, type Risk } from '../approval/risk-of.js';
import { conditionOf } from '../list/filter-approvals.js';
import { Filters } from '../list/list-request.js';

/** Groups in one answer at most. */
const MAX_GROUPS = 200;
/** Questions of a group that are named at most: as many as may be resolved at once. */
const MAX_NAMED = 100;

const { states: _, ...filters } = Filters;

/** What waits, put together by rule, agent, topic and shape of the params. */
export const GroupRequest = Type.Object(filters, { additionalProperties: false, $id: 'GroupRequest' });
export type GroupRequest = Static<typeof GroupRequest>;

interface Row {
  readonly rule_id: string | null;
  readonly agent_id: string | null;
  readonly topic: string;
  readonly shape: string;
  readonly kind: string;
  readonly risk: Risk;
  readonly count: number;
  readonly oldest_at: string;
  readonly first_expires_at: string;
  readonly items: readonly object[];
}

/** Answers one request; the most critical groups come first, then those that end soonest. */
export async function groupApprovals(sql: Sql, request: GroupRequest): Promise<object> {
  const condition = conditionOf(request);
  const rows = await sql.query<Row>(
    `SELECT a.rule_ids::json ->> 0 AS rule_id, a.agent_id, a.topic, a.shape, a.kind, max(a.risk) AS risk,
            count(*)::int AS count, ${rfc3339('min(a.created_at)')} AS oldest_at,
            ${rfc3339('min(a.expires_at)')} AS first_expires_at,
            to_json((array_agg(json_build_object('job_id', a.job_id, 'approval_id', a.approval_id,
                                                 'job_hash', a.job_hash, 'kind', a.kind)
                               ORDER BY a.approval_id))[1:${MAX_NAMED}]) AS items
       FROM approvals a WHERE ${condition.sql}
      GROUP BY 1, a.agent_id, a.topic, a.shape, a.kind
      ORDER BY max(a.risk) DESC, min(a.expires_at), min(a.approval_id)
      LIMIT ${MAX_GROUPS + 1}`,
    condition.params,
  );
  return {
    ok: true,
    groups: rows.slice(0, MAX_GROUPS).map((row) => ({ ...row, risk: RISK_NAMES[row.risk] })),
    is_complete: rows.length <= MAX_GROUPS,
  };
}
