import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../policy/policy.store.js';
import type { Cursor } from '../policy/cursor.js';

/** Decisions of one page at most, in bytes; the first always fits. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface RecordedRow {
  readonly job_id: string;
  readonly message: string;
  /** RFC 3339 with microseconds. */
  readonly at: string;
}

/** A page of a tenant's decisions in the order in which they were made. */
export async function findRecorded(
  sql: Sql,
  page: {
    readonly tenant: string;
    readonly from: string;
    readonly to: string;
    readonly after: Cursor;
    readonly limit: number;
  },
): Promise<{ readonly rows: readonly RecordedRow[]; readonly isLast: boolean }> {
  const { tenant, from, to, after, limit } = page;
  const found = await sql.query<RecordedRow & { readonly running_bytes: number }>(
    `SELECT p.job_id, p.message, ${rfc3339('p.decided_at')} AS at,
            (sum(octet_length(p.message)) OVER (ORDER BY p.decided_at, p.job_id))::int AS running_bytes
       FROM (SELECT job_id, message, decided_at FROM decisions
              WHERE tenant_id = $1 AND decided_at >= $2::timestamptz AND decided_at < $3::timestamptz
                AND (decided_at, job_id) > ($4::timestamptz, $5)
              ORDER BY decided_at, job_id LIMIT $6) p
      ORDER BY p.decided_at, p.job_id`,
    [tenant, from, to, after.at, after.id, limit + 1],
  );
  const rows = found.filter(
    ({ running_bytes: bytes }, at) => at < limit && (at === 0 || bytes <= MAX_PAGE_BYTES),
  );
  return { rows, isLast: rows.length === found.length };
}
