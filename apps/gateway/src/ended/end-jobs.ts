import { eventId, ReasonCode, Step, type DeadLetter, type Refused } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Fact } from '@countersign/service-kit';
import { endRow, openRows } from '../intake/hand-over.store.js';

/** How long a dead letter may be mended before its job is given up, in minutes: as at the scheduler. */
const GRACE_MIN = 15;

/** Ends the jobs that the evaluator refused, with its reason. */
export async function endRefused(sql: Sql, facts: readonly Fact<Refused>[]): Promise<void> {
  for (const fact of facts) {
    const { job_id: jobId, reason_code: code } = fact.body;
    if (jobId !== null && isReasonCode(code)) await endJob(sql, fact, { jobId, code, inMinutes: 0 });
  }
}

/** Ends the jobs that the evaluator could not handle, unless they are mended in time. */
export async function endDeadLettered(sql: Sql, facts: readonly Fact<DeadLetter>[]): Promise<void> {
  for (const fact of facts) {
    const { job_id: jobId } = fact.body;
    if (jobId !== null) await endJob(sql, fact, { jobId, code: 'dead_lettered', inMinutes: GRACE_MIN });
  }
}

/**
 * Ends the job whose very message is the cause of a fact. A job id alone would not do: anybody may send a message that
 * names another's, and have it refused.
 */
async function endJob(
  sql: Sql,
  { causationId, traceId }: Pick<Fact<unknown>, 'causationId' | 'traceId'>,
  { jobId, code, inMinutes }: { jobId: string; code: ReasonCode; inMinutes: number },
): Promise<void> {
  for (const row of await openRows(sql, traceId, jobId))
    if (eventId(row.job_id, Step.Job, 0, row.job_hash) === causationId)
      await endRow(sql, row, code, inMinutes);
}

function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(ReasonCode, code);
}
