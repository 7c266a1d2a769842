import type { Sql } from '@countersign/persistence';
import { topicCondition } from '../list/filter-approvals.js';
import { DEFAULT_PAGE } from '../list/list-request.js';
import type { ReviewListRequest } from './review-requests.js';
import { findReview, SHOWN_REVIEW } from './review.store.js';
import type { Review } from './review.js';

/** The answer to one request for a page. A cursor that is none of the list's is refused. */
export async function listReviews(sql: Sql, request: ReviewListRequest): Promise<object> {
  const { tenant_id, after, limit = DEFAULT_PAGE } = request;
  if (after !== undefined && (await findReview(sql, tenant_id, after)) === undefined)
    return { ok: false, code: 'invalid_field', pointer: '/after' };
  const params: unknown[] = [];
  const value = (one: unknown) => `$${params.push(one)}`;
  const where = conditionsOf(request, value);
  const rows = await sql.query<Review>(
    `SELECT ${SHOWN_REVIEW} FROM reviews r WHERE ${where.join(' AND ')}
      ORDER BY r.waits_since, r.job_id LIMIT ${value(limit + 1)}`,
    params,
  );
  const items = rows.slice(0, limit);
  return {
    ok: true,
    items: items.map(reviewShown),
    next: rows.length > limit ? (items.at(-1)?.job_id ?? null) : null,
  };
}

/** A review as the API shows it. */
export function reviewShown({ traceparent: _, ...review }: Review): object {
  return review;
}

function conditionsOf(request: ReviewListRequest, value: (one: unknown) => string): string[] {
  const { tenant_id, state, verdict, agent_id, topic, min_age_sec, after } = request;
  const tenant = value(tenant_id);
  const where = [`r.tenant_id = ${tenant}`];
  if (state !== undefined) where.push(`r.state = ${value(state)}`);
  if (verdict !== undefined) where.push(`r.verdict = ${value(verdict)}`);
  if (agent_id !== undefined) where.push(`r.agent_id = ${value(agent_id)}`);
  if (topic !== undefined) where.push(topicCondition('r', topic, value));
  if (min_age_sec !== undefined)
    where.push(`r.waits_since <= now() - make_interval(secs => ${value(min_age_sec)})`);
  if (after !== undefined)
    where.push(
      `(r.waits_since, r.job_id) >
         (SELECT c.waits_since, c.job_id FROM reviews c WHERE c.tenant_id = ${tenant} AND c.job_id = ${value(after)})`,
    );
  return where;
}
