import { randomBytes } from 'node:crypto';
import { newUlid } from '@countersign/kernel';
import { timeText } from '../job/job.columns.js';
import type { LeaseIds } from './claim-offer.js';

/** Ids of a new lease: a fresh ULID, and `run_<UTC time>_<8 random hex digits>`. */
export function newLeaseIds(nowMs: number): LeaseIds {
  const stamp = timeText(nowMs).replace(/[-:]|\.\d+/g, '');
  return { leaseId: newUlid(), runId: `run_${stamp}_${randomBytes(4).toString('hex')}` };
}
