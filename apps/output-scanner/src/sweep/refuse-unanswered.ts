import { poolUser } from '@countersign/contracts';
import type { Work } from '@countersign/service-kit';

/** What of one pool was given up. */
export interface PoolShare {
  readonly pool: string;
  readonly count: number;
  readonly bytes: number;
}

/** Tells per pool what was given up because no job took it: one event, however many there were. */
export function refuseUnanswered(work: Work, what: string, shares: readonly PoolShare[]): void {
  for (const { pool, count, bytes } of shares)
    work.refuse({
      job_id: null,
      trace_id: null,
      what,
      reason_code: 'unanswered',
      detail: { by: poolUser(pool), pool, count, bytes },
    });
}
