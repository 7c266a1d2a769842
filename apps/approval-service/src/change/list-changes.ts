import { Type, type Static } from '@sinclair/typebox';
import type { Sql } from '@countersign/persistence';
import { rfc3339 } from '../approval/approval.row.js';

/** Changes in one answer at most. */
const MAX_CHANGES = 500;
const CURSOR = '^[0-9]{1,20}\\.[0-9]{1,19}$';

/** What has changed about a tenant's questions since a cursor; without one, the cursor of now. */
export const ChangesRequest = Type.Object(
  {
    tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
    after: Type.Optional(Type.String({ pattern: CURSOR })),
  },
  { additionalProperties: false, $id: 'ChangesRequest' },
);
export type ChangesRequest = Static<typeof ChangesRequest>;

interface Row {
  readonly cursor: string;
  readonly change: string;
  readonly approval_id: string;
  readonly job_id: string;
  readonly at: string;
}

/**
 * Answers one request. Only changes of transactions that all end before the oldest one that still runs are told: a
 * cursor then never passes over a change that commits late. `next` is where to go on.
 */
export async function listChanges(sql: Sql, { tenant_id, after }: ChangesRequest): Promise<object> {
  if (after === undefined) {
    const [row] = await sql.query<{ next: string }>(
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text || '.0' AS next`,
    );
    return { ok: true, items: [], next: row?.next ?? '0.0' };
  }
  const [xact, seq] = after.split('.');
  const items = await sql.query<Row>(
    `SELECT c.xact::text || '.' || c.seq AS cursor, c.change, c.approval_id, c.job_id, ${rfc3339('c.at')} AS at
       FROM approval_changes c
      WHERE c.tenant_id = $1 AND (c.xact, c.seq) > ($2::xid8, $3::bigint)
        AND c.xact < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY c.xact, c.seq LIMIT ${MAX_CHANGES}`,
    [tenant_id, xact, seq],
  );
  return { ok: true, items, next: items.at(-1)?.cursor ?? after };
}
