import { OFFER_TTL_SEC } from '@countersign/contracts';
import type { Database } from '@countersign/persistence';
import { median } from '../../measure/statistics.js';
import { nowMs } from '../../parts/part-process.js';
import type { ApprovalTimes } from './measure-approve.js';

/** Milliseconds of the way from an approval to its run. Each transaction is timed at its begin, by the database's clock. */
export interface Stages {
  /** From when it was due until the vote is judged: HTTP, the policy's word, and the row is asked for. */
  readonly judged: number;
  /** Until the scheduler makes the offer: the grant is committed, published and read. */
  readonly offered: number;
  /** Until the scheduler takes the claim: the offer is committed, published, read by the worker and claimed. */
  readonly claimed: number;
  /** Until the worker holds the lease: the claim is committed, its warrant signed, answered and verified. */
  readonly held: number;
}

interface Row {
  readonly job_id: string;
  readonly resolved: number;
  readonly offered: number;
  readonly claimed: number;
}

const ms = (expression: string) => `date_part('epoch', ${expression}) * 1000`;

/** The medians of each part of the way. */
export async function stagesOf(database: Database, times: readonly ApprovalTimes[]): Promise<Stages> {
  const rows = await database.query<Row>(
    `SELECT j.job_id, ${ms('p.resolved_at')} AS resolved, ${ms('t.claimed_at')} AS claimed,
            ${ms('t.offer_expires_at')} - ${OFFER_TTL_SEC * 1000} AS offered
       FROM scheduler.jobs j
       JOIN scheduler.attempts t ON t.job_id = j.job_id AND t.attempt = 1
       JOIN approval_service.approvals p ON p.job_id = j.job_id
      WHERE j.job_id = ANY($1)`,
    [times.map(({ id }) => id)],
  );
  const byId = new Map(rows.map((row) => [row.job_id, row]));
  // The database and this process share the machine's clock; the monotonic one is put beside it.
  const offset = Date.now() - nowMs();
  const parts = times.flatMap(({ id, dueMs, heldMs }) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const { resolved, offered, claimed } = row;
    return [[resolved - dueMs - offset, offered - resolved, claimed - offered, heldMs + offset - claimed]];
  });
  const of = (i: number) => median(parts.map((part) => part[i] ?? NaN));
  return { judged: of(0), offered: of(1), claimed: of(2), held: of(3) };
}
