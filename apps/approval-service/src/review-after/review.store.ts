import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import type { ReleasedWork, Review } from './review.js';

const COLUMNS = {
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  attempt: 'int',
  topic: 'text',
  producer: 'text',
  caller: 'text',
  agent_id: 'text',
  trace_id: 'text',
  traceparent: 'text',
  released_at: 'timestamptz',
} as const;

/** A `SELECT` or `RETURNING` list that gives a {@link Review} of the table alias `r`. */
export const SHOWN_REVIEW = `r.tenant_id, r.job_id, r.job_hash, r.attempt, r.topic, r.producer, r.caller, r.agent_id,
  r.trace_id, r.traceparent, r.state, r.verdict, r.note, r.seen_by,
  ${rfc3339('r.released_at')} AS released_at, ${rfc3339('r.waits_since')} AS waits_since,
  ${rfc3339('r.seen_at')} AS seen_at,
  floor(date_part('epoch', coalesce(r.seen_at, now()) - r.waits_since))::int AS age_sec`;

/** Puts released work on the list. What is on it stays as it is. */
export async function askForReviews(sql: Sql, released: readonly ReleasedWork[]): Promise<void> {
  if (released.length === 0) return;
  await sql.insertMany('reviews', COLUMNS, released, 'ON CONFLICT DO NOTHING');
}

/** One of a tenant's reviews, or undefined. */
export async function findReview(sql: Sql, tenant: string, jobId: string): Promise<Review | undefined> {
  const [row] = await sql.query<Review>(
    `SELECT ${SHOWN_REVIEW} FROM reviews r WHERE r.tenant_id = $1 AND r.job_id = $2`,
    [tenant, jobId],
  );
  return row;
}
