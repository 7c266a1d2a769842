import { AttemptState, LEASE_MS, type HeartbeatAnswer } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { millisOf } from '../job/job.columns.js';

/** One lease that a worker says it holds, with the pool its account stamped on the subject. */
export interface HeldLease {
  readonly pool: string;
  readonly workerId: string;
  readonly leaseId: string;
  readonly epoch: number;
}

interface LeaseRow {
  readonly leaseId: string;
  readonly epoch: number;
  readonly workerId: string;
  readonly pool: string;
  readonly state: AttemptState;
  readonly reportedAtMs: number | null;
  readonly extendsMs: number;
  readonly cancelRequested: boolean;
}

/**
 * Extends running leases, never past the end of their run, and answers one by one. Locks attempts in the order of
 * their jobs, as every other batch does.
 */
export async function extendLeases(sql: Sql, leases: readonly HeldLease[]): Promise<HeartbeatAnswer[]> {
  if (leases.length === 0) return [];
  const held = leases.map((lease) => ({
    lease_id: lease.leaseId,
    epoch: lease.epoch,
    worker_id: lease.workerId,
    pool: lease.pool,
  }));
  const rows = await sql.query<LeaseRow>(
    `WITH held AS (
       SELECT a.job_id, a.attempt FROM attempts a
         JOIN (SELECT DISTINCT * FROM json_to_recordset($1::json) AS h(lease_id text, epoch int, worker_id text, pool text)) r
           ON a.lease_id = r.lease_id AND a.epoch = r.epoch AND a.worker_id = r.worker_id AND a.pool = r.pool
        ORDER BY a.job_id, a.attempt FOR UPDATE OF a
     )
     UPDATE attempts a
        SET lease_expires_at = CASE WHEN a.state = 'RUNNING'
              THEN least(clock_timestamp() + make_interval(secs => ${LEASE_MS / 1000}), a.run_deadline)
              ELSE a.lease_expires_at END
       FROM held, jobs j
      WHERE a.job_id = held.job_id AND a.attempt = held.attempt AND j.job_id = a.job_id
      RETURNING a.lease_id AS "leaseId", a.epoch, a.worker_id AS "workerId", a.pool, a.state,
        ${millisOf('a.reported_at')} AS "reportedAtMs", j.cancel_requested AS "cancelRequested",
        ${millisOf('a.lease_expires_at')} - ${millisOf('clock_timestamp()')} AS "extendsMs"`,
    [JSON.stringify(held)],
  );
  const byLease = new Map(rows.map((row) => [row.leaseId, row]));
  return leases.map((lease) => answerTo(lease, byLease.get(lease.leaseId)));
}

/** The answer for one lease: alive, recorded, or stale. */
export function answerTo(lease: HeldLease, row: LeaseRow | undefined): HeartbeatAnswer {
  const stale = { ok: false, lease_id: lease.leaseId, code: 'stale_lease' } as const;
  if (!row || row.epoch !== lease.epoch || row.workerId !== lease.workerId || row.pool !== lease.pool)
    return stale;
  if (row.reportedAtMs !== null)
    return { ok: true, lease_id: lease.leaseId, extends_ms: 0, cancel: false, result_recorded: true };
  if (row.state !== AttemptState.Running || row.extendsMs <= 0) return stale;
  return {
    ok: true,
    lease_id: lease.leaseId,
    extends_ms: row.extendsMs,
    cancel: row.cancelRequested,
    result_recorded: false,
  };
}
