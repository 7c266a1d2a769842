import { Step, Subjects, eventId } from '@countersign/contracts';
import { resultBody, type RunOutcome } from './result-body.js';
import type { ResultRecord } from './result-journal.js';
import type { Run } from './run.js';
import type { WorkResult } from './worker-types.js';

/** The result of a run that ended, ready to be kept and sent. */
export function recordOf(
  run: Run,
  work: WorkResult | undefined,
  aborted: RunOutcome['aborted'],
  pool: string,
): ResultRecord {
  const { offer, grant } = run;
  const outcome = run.outcome(work, aborted);
  return {
    lease_id: grant.lease.id,
    epoch: grant.lease.epoch,
    job_id: grant.job_id,
    attempt: grant.attempt,
    subject: Subjects.result.address({ pool, tail: offer.tail }),
    // With the lease, which nobody else knows: another worker could take the message id first, and the broker would
    // drop the result as a double.
    id: `${eventId(grant.job_id, Step.Result, grant.attempt, offer.jobHash)}:${grant.lease.id}`,
    causation_id: offer.id,
    traceparent: offer.traceparent ?? null,
    time: outcome.finishedAt.toISOString(),
    body: resultBody(grant, outcome),
  };
}
