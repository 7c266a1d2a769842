import type { Work } from '@countersign/service-kit';
import { refuseUnanswered, type PoolShare } from './refuse-unanswered.js';

/** What of the verdicts that no job has answered is kept. */
export interface UnansweredLimits {
  /** Verdicts of one pool. */
  readonly count: number;
  /** Bytes of their messages, per pool. */
  readonly bytes: number;
  /** How long a verdict is told again, in hours. */
  readonly hours: number;
}

/**
 * A verdict about a real run is answered within seconds, and only then is written down what the audit log has confirmed
 * of it. It lies in the broker's stream until the scheduler has it; what is given up here is only the telling again.
 */
export const UNANSWERED: UnansweredLimits = { count: 1000, bytes: 64 * 1024 * 1024, hours: 24 };

/**
 * Stops telling the oldest of a pool's verdicts that are in the audit log and that no job has taken, once there are too
 * many: a worker that makes up jobs or leases brings them without end. The newest always stay, so an honest result of
 * the same pool passes. Told once per pool, with their number.
 */
export async function giveUpUnanswered(work: Work, limits: UnansweredLimits = UNANSWERED): Promise<void> {
  const shares = await work.query<PoolShare>(
    `WITH unanswered AS (
       SELECT o.event_id, v.told_at,
              row_number() OVER newer AS place, sum(octet_length(o.body)) OVER newer AS bytes
         FROM outbox o JOIN verdicts v ON v.verdict_id = o.event_id
        WHERE o.flags = 1
       WINDOW newer AS (PARTITION BY v.pool ORDER BY v.told_at DESC, v.verdict_id)),
     due AS (
       SELECT event_id FROM outbox
        WHERE flags = 1
          AND event_id IN (SELECT event_id FROM unanswered
                            WHERE place > $1 OR bytes > $2 OR told_at < now() - make_interval(hours => $3))
        ORDER BY event_id FOR UPDATE SKIP LOCKED),
     given_up AS (
       DELETE FROM outbox o USING due WHERE o.event_id = due.event_id
       RETURNING o.event_id, octet_length(o.body) AS bytes),
     forgotten AS (
       DELETE FROM verdicts v USING given_up g WHERE v.verdict_id = g.event_id
       RETURNING v.pool, g.bytes)
     SELECT pool, count(*) AS count, sum(bytes)::bigint AS bytes FROM forgotten GROUP BY pool`,
    [limits.count, limits.bytes, limits.hours],
  );
  refuseUnanswered(work, 'verdict', shares);
}

/**
 * How long it is remembered that a verdict was told, in minutes. A worker sends its result again after seconds; what it
 * sends later is told again under the same event id, which every receiver's inbox knows.
 */
const REMEMBER_MINUTES = 60;

/** Forgets what was told long ago and is not told again any more. */
export async function forgetTold(work: Work): Promise<void> {
  await work.query(
    `DELETE FROM verdicts v WHERE v.told_at < now() - interval '${REMEMBER_MINUTES} minutes'
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = v.verdict_id)`,
  );
}
