import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';
import type { StoredNotification } from './notice.js';
import type { Target } from './target.js';

/** Seconds for which a claimed row is nobody else's: several times what a try may take. After a crash it is due again. */
const CLAIM_SEC = 60;
/** Days after which a word that could not be sent is of no use: more than the whole schedule of tries. */
const KEEP_DAYS = 4;
/** Rows that one transaction gives up at most. */
export const STALE_BATCH = 256;

const TARGET_COLUMNS = {
  name: 'text',
  tenants: 'jsonb',
  producer: 'text',
  caller: 'text',
  events: 'jsonb',
} as const;

/** Makes the targets known to the database, which writes a row for each in the statement that changes a question. */
export async function storeTargets(sql: Sql, targets: readonly Target[]): Promise<void> {
  const rows = targets.map(({ channel: _, ...target }) => target);
  const names = rows.map(({ name }) => name);
  await sql.query('DELETE FROM notification_targets WHERE NOT (name = ANY($1))', [names]);
  await sql.insertMany(
    'notification_targets',
    TARGET_COLUMNS,
    rows,
    `ON CONFLICT (name) DO UPDATE SET tenants = excluded.tenants, producer = excluded.producer,
       caller = excluded.caller, events = excluded.events`,
  );
}

/** Takes up to `limit` due rows of a target for this process, the longest due first. */
export async function claimDue(sql: Sql, target: string, limit: number): Promise<StoredNotification[]> {
  return sql.query<StoredNotification>(
    `UPDATE notifications n SET due_at = now() + make_interval(secs => ${CLAIM_SEC})
       FROM approvals a
      WHERE a.approval_id = n.approval_id
        AND n.notification_id IN (SELECT notification_id FROM notifications
                                   WHERE target = $1 AND due_at <= now()
                                   ORDER BY due_at, notification_id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING n.notification_id, n.event, n.failures, a.tenant_id, a.approval_id, a.kind, a.state, a.job_id,
               a.job_hash, a.edit_of, a.edited_as, a.trace_id, a.topic, a.caller, a.agent_id, a.proof, a.rule_ids,
               a.reason, a.reason_code, a.risk, a.escalate_to, a.confirm IS NOT NULL AS asks_confirmation, ${rfc3339('a.created_at')} AS created_at,
               ${rfc3339('a.expires_at')} AS expires_at, ${rfc3339('a.escalated_at')} AS escalated_at,
               ${rfc3339('a.resolved_at')} AS resolved_at`,
    [target, limit],
  );
}

/** Forgets a word that was sent, is moot or is given up. */
export async function forget(sql: Sql, notificationId: string): Promise<void> {
  await sql.query('DELETE FROM notifications WHERE notification_id = $1', [notificationId]);
}

/** Notes a failed try; the next is `delaySec` from the database's now. */
export async function postpone(
  sql: Sql,
  { notificationId, delaySec, why }: { notificationId: string; delaySec: number; why: string },
): Promise<void> {
  await sql.query(
    `UPDATE notifications SET failures = failures + 1, due_at = now() + make_interval(secs => $2), last_failure = $3
      WHERE notification_id = $1`,
    [notificationId, delaySec, why],
  );
}

/** A word that was never sent and is of no use any more. */
export interface StaleNotification {
  readonly notification_id: string;
  readonly target: string;
  readonly event: string;
  readonly failures: number;
  readonly last_failure: string | null;
  readonly tenant_id: string;
  readonly approval_id: string;
  readonly job_id: string;
  readonly trace_id: string;
}

/** Takes away what is too old: of targets that are gone, disabled, or not configured any more. */
export async function takeStale(sql: Sql): Promise<StaleNotification[]> {
  return sql.query<StaleNotification>(
    `DELETE FROM notifications n USING approvals a
      WHERE a.approval_id = n.approval_id
        AND n.notification_id IN (SELECT notification_id FROM notifications
                                   WHERE created_at < now() - make_interval(days => ${KEEP_DAYS})
                                   ORDER BY created_at LIMIT ${STALE_BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING n.notification_id, n.target, n.event, n.failures, n.last_failure, a.tenant_id, a.approval_id, a.job_id,
               a.trace_id`,
  );
}

/** How much waits to be sent, and since when. */
export interface NotificationDepth {
  readonly unsent: number;
  readonly oldest_age_sec: number;
  /** Of these, what has failed at least once. */
  readonly failing: number;
}

/** Looks at what waits for all targets: numbers alone. */
export async function measureNotifications(sql: Sql): Promise<NotificationDepth> {
  const [row] = await sql.query<NotificationDepth>(
    `SELECT count(*)::int AS unsent, (count(*) FILTER (WHERE failures > 0))::int AS failing,
            coalesce(floor(date_part('epoch', now() - min(created_at))), 0)::int AS oldest_age_sec
       FROM notifications`,
  );
  return row ?? { unsent: 0, oldest_age_sec: 0, failing: 0 };
}
