import type { Sql } from '@countersign/persistence';
import { millisOf, timeText } from '../job/job.columns.js';
import { rateKeyOf, RateLedger, type RateSubject, type RateWindow } from './rate-ledger.js';
import type { ThrottleLimit } from './throttle-obligation.js';

/** A job that counts in rates. */
export interface RateDemand {
  readonly subject: RateSubject;
  readonly limits: readonly ThrottleLimit[];
}

/** Any constant: it names the lock under which one batch at a time counts rates. */
const RATE_LOCK = 7_305_312;
/** Windows last a day at most; those that began earlier than this are over. */
const KEEP_WINDOWS = `interval '2 days'`;

/** Reads the counts of all rates that the jobs count in, and keeps every other batch from counting until commit. */
export async function loadRates(sql: Sql, demands: readonly RateDemand[]): Promise<RateLedger> {
  if (demands.length === 0) return new RateLedger();
  await sql.query('SELECT pg_advisory_xact_lock($1)', [RATE_LOCK]);
  const keys = new Map<string, { tenant_id: string; rate_key: string }>();
  for (const { subject, limits } of demands)
    for (const limit of limits) {
      const rate_key = rateKeyOf(limit, subject);
      keys.set(`${subject.tenantId}\n${rate_key}`, { tenant_id: subject.tenantId, rate_key });
    }
  const windows = await sql.query<RateWindow>(
    `SELECT w.tenant_id AS "tenantId", w.rate_key AS "rateKey", ${millisOf('w.window_start')} AS "startMs", w.used
       FROM rate_windows w JOIN json_to_recordset($1::json) AS r(tenant_id text, rate_key text)
         ON w.tenant_id = r.tenant_id AND w.rate_key = r.rate_key
      WHERE w.window_start > now() - ${KEEP_WINDOWS}`,
    [JSON.stringify([...keys.values()])],
  );
  return new RateLedger(windows);
}

/** Stores the counts that changed. */
export function saveRates(sql: Sql, rates: RateLedger): Promise<unknown> {
  return sql.insertMany(
    'rate_windows',
    { tenant_id: 'text', rate_key: 'text', window_start: 'timestamptz', used: 'int' },
    rates.changes().map((window) => ({
      tenant_id: window.tenantId,
      rate_key: window.rateKey,
      window_start: timeText(window.startMs),
      used: window.used,
    })),
    'ON CONFLICT (tenant_id, rate_key, window_start) DO UPDATE SET used = EXCLUDED.used',
  );
}

/** Forgets windows that are over. */
export async function forgetOldWindows(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM rate_windows WHERE window_start < now() - ${KEEP_WINDOWS}`);
}
