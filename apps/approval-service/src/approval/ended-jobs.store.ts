import type { Sql } from '@countersign/persistence';

/** A job that has ended, so that nothing about it needs an answer any more. */
export interface EndedJob {
  readonly tenant_id: string;
  readonly job_id: string;
}

/** Any constant: it names the lock under which questions about jobs and ends of jobs meet. */
const ENDS_LOCK = 7_305_314;

/** Ends that one transaction of the sweep forgets. */
export const FORGET_BATCH = 1000;
/**
 * How long an end is remembered, in days from when it was handled. It only has to outlive the lag between the two
 * streams this service reads.
 */
const ENDS_TTL_DAYS = 7;

/*
 * A job's decision and its end come on two streams in either order, and two transactions may handle them at once. Each
 * side takes the lock below before its first read or write of `approvals` and `ended_jobs`, and holds it until its
 * commit: askers share it, enders have it alone. So of an asker and an ender one has committed before the other goes
 * on, and because every statement under READ COMMITTED sees what was committed before the statement began (and a
 * commit is visible before its locks are let go), the later one sees the earlier: either the ender finds the open
 * question and withdraws it, or the asker finds the end and stores the question as withdrawn. The lock has to be a
 * statement of its own: a statement that waits for it inside would go on with the view it had before the wait. What
 * follows may be begun together with it: statements of a transaction run one after the other.
 *
 * One lock instead of one per job, because a batch may name thousands of jobs and the server's lock table is bounded.
 * It is taken after the lock of the halves and before any row lock, everywhere, so no two can wait for each other.
 */

/** Makes sure that no end of a job is being written until this transaction is over. Askers don't hold up each other. */
export async function holdOffEnds(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock_shared($1)', [ENDS_LOCK]);
}

/** Remembers ends, so that a question that comes after the end does not open. Call it before withdrawing. */
export async function rememberEnds(sql: Sql, ended: readonly EndedJob[]): Promise<void> {
  if (ended.length === 0) return;
  await Promise.all([
    sql.query('SELECT pg_advisory_xact_lock($1)', [ENDS_LOCK]),
    sql.insertMany('ended_jobs', { tenant_id: 'text', job_id: 'text' }, ended, 'ON CONFLICT DO NOTHING'),
  ]);
}

/** Forgets ends of long ago, at most {@link FORGET_BATCH} of them. Gives how many. */
export async function forgetEnds(sql: Sql): Promise<number> {
  const forgotten = await sql.query(
    `DELETE FROM ended_jobs e
      USING (SELECT tenant_id, job_id FROM ended_jobs
              WHERE ended_at < now() - interval '${ENDS_TTL_DAYS} days'
              ORDER BY ended_at LIMIT ${FORGET_BATCH} FOR UPDATE SKIP LOCKED) old
      WHERE e.tenant_id = old.tenant_id AND e.job_id = old.job_id
     RETURNING 1`,
  );
  return forgotten.length;
}
