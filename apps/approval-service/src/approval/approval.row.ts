import type { Approval, Vote } from './approval.js';

/** Columns every read of an outcome needs. Lists are kept as JSON text, because `jsonb` cannot hold U+0000. */
export const APPROVAL_COLUMNS = [
  'approval_id',
  'kind',
  'tenant_id',
  'job_id',
  'job_hash',
  'attempt',
  'decision_id',
  'policy_snapshot',
  'scanned',
  'topic',
  'cause_id',
  'traceparent',
  'trace_id',
  'state',
  'votes',
] as const;

/** A row as the database gives it. */
export type ApprovalRow = Omit<Approval, 'votes'> & { readonly votes: string };

/** A `SELECT` or `RETURNING` list of {@link APPROVAL_COLUMNS} of the given table alias. */
export function approvalColumns(alias: string): string {
  return APPROVAL_COLUMNS.map((column) => `${alias}.${column}`).join(', ');
}

/** SQL that gives a `timestamptz` expression as RFC 3339 text with milliseconds, in UTC. */
export function rfc3339(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The domain view of a row, or of a wider row that holds these columns. */
export function approvalOf(row: ApprovalRow): Approval {
  return { ...row, votes: JSON.parse(row.votes) as Vote[] };
}
