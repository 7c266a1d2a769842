import { sha256Digest } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import type { ApprovalKind, ApprovalState, Vote } from '../approval/approval.js';
import { RISK_NAMES, type Risk } from '../approval/risk-of.js';
import { conditionOf, SHOWN_STATE } from './filter-approvals.js';
import { DEFAULT_PAGE, ListOrder, type ListRequest } from './list-request.js';

/** Job text and findings in one page, in bytes, at most; the first item always fits. Half of what the broker takes. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** A row of a page. */
export interface ListedRow {
  readonly job_id: string;
  readonly approval_id: string;
  readonly state: ApprovalState;
  readonly kind: ApprovalKind;
  readonly topic: string;
  readonly tenant_id: string;
  readonly agent_id: string | null;
  readonly caller: string | null;
  readonly job_hash: string;
  readonly attempt: number;
  readonly rule_ids: string;
  readonly reason: string;
  readonly reason_code: string;
  readonly action: string;
  readonly shape: string;
  readonly risk: Risk;
  readonly quorum: number;
  readonly groups: string;
  readonly confirm: string | null;
  readonly escalate_to: string;
  readonly escalates_at: string | null;
  readonly is_escalated: boolean;
  readonly edit_of: string | null;
  readonly edited_as: string | null;
  readonly job: string | null;
  readonly findings: string;
  readonly votes: string;
  readonly trace_id: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly resolved_at: string | null;
  readonly resolved_by: string | null;
  readonly resolved_reason: string | null;
  /** Bytes of this row and those before it in the page. */
  readonly running_bytes: number;
}

/** What is shown of a question, as columns of `approvals a`. What is past its time is shown as expired, swept or not. */
export const SHOWN = `a.job_id, a.approval_id, a.kind, a.topic, a.tenant_id, a.agent_id, a.caller, a.job_hash, a.attempt,
  a.rule_ids, a.reason, a.reason_code, a.action, a.shape, a.risk, a.quorum, a.groups, a.confirm, a.escalate_to,
  ${rfc3339('a.escalate_at')} AS escalates_at, coalesce(a.escalate_at <= now(), false) AS is_escalated,
  a.edit_of, a.edited_as, a.job, a.findings, a.votes, a.trace_id, a.resolved_by, a.resolved_reason,
  ${SHOWN_STATE} AS state, ${rfc3339('a.created_at')} AS created_at, ${rfc3339('a.expires_at')} AS expires_at,
  ${rfc3339('a.resolved_at')} AS resolved_at`;

const BYTES = 'coalesce(octet_length(a.job), 0) + octet_length(a.findings)';

/** Answers one request for a page. */
export async function listApprovals(sql: Pick<Sql, 'query'>, request: ListRequest): Promise<object> {
  const limit = request.limit ?? DEFAULT_PAGE;
  const condition = conditionOf(request);
  const params = [...condition.params, request.after ?? null, limit + 1];
  const [after, most] = [`$${params.length - 1}`, `$${params.length}`];
  const isFair = request.order === ListOrder.Fair;
  const query = isFair ? fairPage(condition.sql, after, most) : oldestPage(condition.sql, after, most);
  return pageOf(await sql.query<ListedRow>(query, params), limit);
}

function oldestPage(condition: string, after: string, most: string): string {
  return `SELECT ${SHOWN}, (sum(${BYTES}) OVER (ORDER BY a.approval_id))::int AS running_bytes
            FROM (SELECT a.* FROM approvals a
                   WHERE ${condition} AND a.approval_id > coalesce(${after}::text, '')
                   ORDER BY a.approval_id LIMIT ${most}) a
           ORDER BY a.approval_id`;
}

/**
 * Each agent's questions are numbered by age within their risk, so that whoever asks a thousand times comes a thousandth
 * time behind whoever asks once. A cursor is found again by its number, also when it was answered since: then the page
 * may repeat what it showed. It is looked up once and the page's rows by their key, one by one, so that the time grows with
 * what waits and not with its square, whatever plan a prepared statement has kept.
 */
function fairPage(condition: string, after: string, most: string): string {
  return `WITH turns AS MATERIALIZED (
            SELECT a.approval_id, -a.risk AS place,
                   row_number() OVER (PARTITION BY a.risk, a.agent_id ORDER BY a.approval_id) AS turn
              FROM approvals a WHERE ${condition}),
          cursor AS MATERIALIZED (SELECT c.* FROM turns c WHERE c.approval_id = ${after}::text),
          page AS MATERIALIZED (
            SELECT t.* FROM turns t
             WHERE NOT EXISTS (SELECT 1 FROM cursor)
                OR (t.place, t.turn, t.approval_id) >
                   ((SELECT c.place FROM cursor c), (SELECT c.turn FROM cursor c), (SELECT c.approval_id FROM cursor c))
             ORDER BY t.place, t.turn, t.approval_id LIMIT ${most})
          SELECT ${SHOWN},
                 (sum(${BYTES}) OVER (ORDER BY p.place, p.turn, p.approval_id))::int AS running_bytes
            FROM page p CROSS JOIN LATERAL (SELECT q.* FROM approvals q WHERE q.approval_id = p.approval_id OFFSET 0) a
           ORDER BY p.place, p.turn, p.approval_id`;
}

/** Cuts rows to a page that fits into one message. */
export function pageOf(
  rows: readonly ListedRow[],
  limit: number,
): { readonly ok: true; readonly items: readonly object[]; readonly next: string | null } {
  const page = rows.filter((row, i) => i < limit && (i === 0 || row.running_bytes <= MAX_PAGE_BYTES));
  const last = page.at(-1);
  return {
    ok: true,
    items: page.map(itemOf),
    next: last !== undefined && page.length < rows.length ? last.approval_id : null,
  };
}

/**
 * A question as the API shows it. Bytes that are not the ones that were asked about (H06) are not shown at all: whoever
 * read them would decide about something else than what would run. A vote on them is refused as well.
 */
export function itemOf({ running_bytes: _, ...row }: ListedRow): object {
  const isIntact = row.job === null || sha256Digest(row.job) === row.job_hash;
  return {
    ...row,
    is_intact: isIntact,
    risk: RISK_NAMES[row.risk],
    never_auto_approve: row.reason_code === 'never_auto_approve',
    groups: JSON.parse(row.groups) as string[],
    escalate_to: JSON.parse(row.escalate_to) as string[],
    rule_ids: JSON.parse(row.rule_ids) as string[],
    job: row.job === null || !isIntact ? null : (JSON.parse(row.job) as unknown),
    findings: JSON.parse(row.findings) as unknown[],
    votes: JSON.parse(row.votes) as Vote[],
  };
}
