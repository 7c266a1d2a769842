import { Type, type Static } from '@sinclair/typebox';
import { sha256Digest } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import { ApprovalState } from '../approval/approval.js';
import { SHOWN, itemOf, type ListedRow } from '../list/list-approvals.js';
import { isSameName } from '../resolve/cast-vote.js';
import { chooseApproval } from '../resolve/choose-approval.js';
import { QuestionMembers } from '../resolve/resolve-request.js';
import { Name } from '../resolve/voter.js';

/** One question with all that was said about it. */
export const ShowRequest = Type.Object(
  {
    ...QuestionMembers,
    kind: Type.Optional(Type.Union([Type.Literal('job'), Type.Literal('output')])),
    /** Of a caller that may see only what it has submitted itself: its name. */
    submitted_by: Type.Optional(Name),
  },
  { additionalProperties: false, $id: 'ShowRequest' },
);
export type ShowRequest = Static<typeof ShowRequest>;

/** How a question stands, in the words of who asked for the job. */
export const STATUS: Readonly<Record<ApprovalState, string>> = {
  [ApprovalState.Pending]: 'pending',
  [ApprovalState.Granted]: 'approved',
  [ApprovalState.Rejected]: 'denied',
  [ApprovalState.Expired]: 'timeout',
  [ApprovalState.Withdrawn]: 'withdrawn',
};

/** Answers one request. Who may see only their own is told of others' what is told of none. */
export async function showApproval(sql: Sql, request: ShowRequest): Promise<object> {
  const rows = await sql.query<ListedRow>(
    `SELECT ${SHOWN}, 0 AS running_bytes FROM approvals a
      WHERE a.tenant_id = $1 AND a.job_id = $2 ORDER BY a.approval_id`,
    [request.tenant_id, request.job_id],
  );
  const row = rows[chooseApproval(rows, request)];
  const { submitted_by: own } = request;
  if (row === undefined || (own !== undefined && (row.caller === null || !isSameName(row.caller, own))))
    return { ok: false, code: 'not_found' };
  const status = STATUS[row.state];
  if (own !== undefined) return { ok: true, approval: { ...ownView(row), status } };
  const [comments, edits] = await Promise.all([commentsOn(sql, row), editsOf(sql, row)]);
  return { ok: true, approval: { ...itemOf(row), status, comments, edit: edits } };
}

/** What a requester sees: how it stands and why, not who thinks what about it. */
function ownView(row: ListedRow): object {
  const { job_id, approval_id, state, kind, topic, tenant_id, agent_id, job_hash, created_at, expires_at } =
    row;
  const { resolved_at, resolved_reason, edit_of, edited_as, reason } = row;
  return {
    ...{
      job_id,
      approval_id,
      state,
      kind,
      topic,
      tenant_id,
      agent_id,
      job_hash,
      reason,
      created_at,
      expires_at,
    },
    ...{ resolved_at, resolved_reason, edit_of, edited_as, rule_ids: JSON.parse(row.rule_ids) as string[] },
  };
}

function commentsOn(sql: Sql, { approval_id }: ListedRow): Promise<object[]> {
  return sql.query(
    `SELECT comment_id, by, note, ${rfc3339('at')} AS at FROM approval_comments
      WHERE approval_id = $1 ORDER BY comment_id`,
    [approval_id],
  );
}

/** The edit that this question came about by, or else the one that it ended by; null for neither. */
async function editsOf(sql: Sql, row: ListedRow): Promise<object | null> {
  const [edit] = await sql.query<EditRow>(
    `SELECT e.job_id, e.job_hash, e.original_job_id, e.original_job_hash, e.changes, e.by, e.note,
            ${rfc3339('e.at')} AS at, e.job AS edited, o.job AS original
       FROM approval_edits e LEFT JOIN approvals o ON o.approval_id = e.approval_id
      WHERE e.tenant_id = $1 AND (e.job_id = $2 OR e.approval_id = $3)
      ORDER BY e.job_id = $2 DESC LIMIT 1`,
    [row.tenant_id, row.job_id, row.approval_id],
  );
  if (edit === undefined) return null;
  const { original, changes, ...rest } = edit;
  return {
    ...rest,
    edited: shown(rest.edited, rest.job_hash),
    original: original === null ? null : shown(original, rest.original_job_hash),
    changes: JSON.parse(changes) as unknown[],
  };
}

interface EditRow {
  readonly job_hash: string;
  readonly original_job_hash: string;
  readonly edited: string;
  readonly original: string | null;
  readonly changes: string;
}

/** A job's bytes, or null where they are no longer those of the digest (H06). */
function shown(job: string, hash: string): unknown {
  return sha256Digest(job) === hash ? (JSON.parse(job) as unknown) : null;
}
