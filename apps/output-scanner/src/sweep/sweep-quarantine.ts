import type { Verdict } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';
import { removeSealed } from '../quarantine/quarantine.store.js';
import { withhold } from '../release/conclude-review.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce } from '../verdict/verdict.store.js';
import { refuseUnanswered, type PoolShare } from './refuse-unanswered.js';

/** What of the sealed results that no job waits for is kept. */
export interface UnconfirmedLimits {
  /** Results of one pool. */
  readonly count: number;
  /** Bytes of them, per pool. */
  readonly bytes: number;
  /** Hours from the sealing. */
  readonly hours: number;
}

/** The scheduler says within seconds whose result was sealed; the hours are for when it stands still. */
export const UNCONFIRMED: UnconfirmedLimits = { count: 1000, bytes: 64 * 1024 * 1024, hours: 72 };

/**
 * Days from the sealing until a result that a job waits for is withheld, and the longest that bytes are kept whose
 * release failed, unless it is configured. A review ends after a day by itself, so by then nobody will answer.
 */
export const REVIEW_DAYS = 7;

const HOURS_PER_DAY = 24;

/** Results withheld in one transaction. */
export const WITHHOLD_BATCH = 100;

/** Removes what no job waits for: results of lost or made-up leases, and those whose release failed long ago. */
export async function sweepUnconfirmed(
  work: Work,
  limits: UnconfirmedLimits = UNCONFIRMED,
  days = REVIEW_DAYS,
): Promise<void> {
  const [shares] = await Promise.all([
    work.query<PoolShare>(
      `WITH unconfirmed AS (
         SELECT verdict_id, sealed_at,
                row_number() OVER newer AS place, sum(octet_length(sealed)) OVER newer AS bytes
           FROM quarantine WHERE confirmed_at IS NULL AND concluded_at IS NULL
         WINDOW newer AS (PARTITION BY pool ORDER BY sealed_at DESC, verdict_id)),
       due AS (
         SELECT verdict_id FROM quarantine
          WHERE confirmed_at IS NULL AND concluded_at IS NULL
            AND verdict_id IN (SELECT verdict_id FROM unconfirmed
                                WHERE place > $1 OR bytes > $2 OR sealed_at < now() - make_interval(hours => $3))
          ORDER BY verdict_id FOR UPDATE SKIP LOCKED),
       removed AS (
         DELETE FROM quarantine q USING due WHERE q.verdict_id = due.verdict_id
         RETURNING q.pool, octet_length(q.sealed) AS bytes)
       SELECT pool, count(*) AS count, sum(bytes)::bigint AS bytes FROM removed GROUP BY pool`,
      [limits.count, limits.bytes, Math.min(limits.hours, days * HOURS_PER_DAY)],
    ),
    work.query(
      `DELETE FROM quarantine WHERE concluded_at IS NOT NULL AND sealed_at < now() - make_interval(days => $1)`,
      [days],
    ),
  ]);
  refuseUnanswered(work, 'quarantine', shares);
}

/** Withholds what waited for its review for too long, so that its job ends. Gives how many there were. */
export async function withholdOverdue(work: Work, days = REVIEW_DAYS): Promise<number> {
  const overdue = await work.query<{
    verdict: string;
    verdict_id: string;
    tail: string;
    traceparent: string;
  }>(
    `SELECT verdict, verdict_id, tail, traceparent FROM quarantine
      WHERE confirmed_at IS NOT NULL AND concluded_at IS NULL
        AND sealed_at < now() - make_interval(days => $1)
      ORDER BY verdict_id LIMIT ${WITHHOLD_BATCH} FOR UPDATE SKIP LOCKED`,
    [days],
  );
  const verdicts = overdue.map((entry) => {
    const verdict = withhold(JSON.parse(entry.verdict) as Verdict);
    const cause = { id: entry.verdict_id, traceparent: entry.traceparent };
    return { verdict, emission: verdictEmission(verdict, entry.tail, cause) };
  });
  await Promise.all([
    tellOnce(work, verdicts),
    removeSealed(
      work,
      overdue.map((entry) => entry.verdict_id),
    ),
  ]);
  return overdue.length;
}
