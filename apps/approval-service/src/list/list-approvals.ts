import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import type { ApprovalKind, ApprovalState, Vote } from '../approval/approval.js';

/** Most questions in one page. */
export const MAX_PAGE = 200;
/** Questions in a page when the request does not say. */
export const DEFAULT_PAGE = 50;
/** Job text and findings in one page, in bytes, at most; the first item always fits. Half of what the broker takes. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** A page of a tenant's questions to the reviewers, oldest first. */
export const ListRequest = Type.Object(
  {
    tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
    include_resolved: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    /** `next` of the page before. */
    after: Type.Optional(Type.Union([Type.String({ pattern: ULID_PATTERN }), Type.Null()])),
  },
  { additionalProperties: false, $id: 'ListRequest' },
);
export type ListRequest = Static<typeof ListRequest>;

/** A row of a page. */
export interface ListedRow {
  readonly job_id: string;
  readonly approval_id: string;
  readonly state: ApprovalState;
  readonly kind: ApprovalKind;
  readonly topic: string;
  readonly tenant_id: string;
  readonly agent_id: string | null;
  readonly job_hash: string;
  readonly attempt: number;
  readonly rule_ids: string;
  readonly reason: string;
  readonly job: string | null;
  readonly findings: string;
  readonly votes: string;
  readonly trace_id: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly resolved_at: string | null;
  readonly resolved_by: string | null;
  /** Bytes of this row and those before it in the page. */
  readonly running_bytes: number;
}

/** Answers one request for a page. What is past its time is shown as expired, swept or not. */
export async function listApprovals(sql: Sql, request: ListRequest): Promise<object> {
  const limit = request.limit ?? DEFAULT_PAGE;
  const rows = await sql.query<ListedRow>(
    `SELECT p.job_id, p.approval_id, p.kind, p.topic, p.tenant_id, p.agent_id, p.job_hash, p.attempt, p.rule_ids,
            p.reason, p.job, p.findings, p.votes, p.trace_id, p.resolved_by,
            CASE WHEN p.state = 'PENDING' AND p.expires_at <= now() THEN 'EXPIRED' ELSE p.state END AS state,
            ${rfc3339('p.created_at')} AS created_at, ${rfc3339('p.expires_at')} AS expires_at,
            ${rfc3339('p.resolved_at')} AS resolved_at,
            (sum(coalesce(octet_length(p.job), 0) + octet_length(p.findings)) OVER (ORDER BY p.approval_id))::int
              AS running_bytes
       FROM (SELECT * FROM approvals
              WHERE tenant_id = $1 AND approval_id > $2 AND ($3 OR (state = 'PENDING' AND expires_at > now()))
              ORDER BY approval_id LIMIT $4) p
      ORDER BY p.approval_id`,
    [request.tenant_id, request.after ?? '', request.include_resolved ?? false, limit + 1],
  );
  return pageOf(rows, limit);
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

function itemOf({ running_bytes: _, rule_ids, job, findings, votes, ...row }: ListedRow): object {
  return {
    ...row,
    rule_ids: JSON.parse(rule_ids) as string[],
    job: job === null ? null : (JSON.parse(job) as unknown),
    findings: JSON.parse(findings) as unknown[],
    votes: JSON.parse(votes) as Vote[],
  };
}
