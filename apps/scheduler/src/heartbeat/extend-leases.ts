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

const HELD = `json_to_recordset($1::json) AS r(lease_id text, epoch int, worker_id text, pool text)
           ON a.lease_id = r.lease_id AND a.epoch = r.epoch AND a.worker_id = r.worker_id AND a.pool = r.pool`;

/** A lease that still lasts longer is left as it is, in seconds: most runs end before theirs needs any extension. */
const EXTEND_BELOW_SEC = (LEASE_MS / 1000) * (2 / 3);

/**
 * Extends running leases, never past the end of their run, and answers one by one. Waits for
 * nobody: an attempt that another batch holds is on its way to its end, and otherwise the next signs of life extend it.
 */
export async function extendLeases(sql: Sql, leases: readonly HeldLease[]): Promise<HeartbeatAnswer[]> {
  if (leases.length === 0) return [];
  const held = new Map(
    leases.map((lease) => [
      `${lease.pool}/${lease.workerId}/${lease.leaseId}/${lease.epoch}`,
      { lease_id: lease.leaseId, epoch: lease.epoch, worker_id: lease.workerId, pool: lease.pool },
    ]),
  );
  const list = JSON.stringify([...held.values()]);
  const [, rows] = await Promise.all([
    sql.query(
      `WITH held AS (
         SELECT a.job_id, a.attempt FROM attempts a JOIN ${HELD}
          WHERE a.state = 'RUNNING' AND a.lease_expires_at < clock_timestamp() + make_interval(secs => ${EXTEND_BELOW_SEC})
          ORDER BY a.job_id, a.attempt FOR UPDATE OF a SKIP LOCKED
       )
       UPDATE attempts a
          SET lease_expires_at = least(clock_timestamp() + make_interval(secs => ${LEASE_MS / 1000}), a.run_deadline)
         FROM held
        WHERE a.job_id = held.job_id AND a.attempt = held.attempt AND a.state = 'RUNNING'`,
      [list],
    ),
    sql.query<LeaseRow>(
      `SELECT a.lease_id AS "leaseId", a.epoch, a.worker_id AS "workerId", a.pool, a.state,
              ${millisOf('a.reported_at')} AS "reportedAtMs", j.cancel_requested AS "cancelRequested",
              ${millisOf('a.lease_expires_at')} - ${millisOf('clock_timestamp()')} AS "extendsMs"
         FROM attempts a JOIN ${HELD} JOIN jobs j ON j.job_id = a.job_id`,
      [list],
    ),
  ]);
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
