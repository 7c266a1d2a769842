import { Step, Subjects, eventId } from '@countersign/contracts';
import type { Grant } from './answers.js';
import type { ReadOffer } from './read-offer.js';
import { resultBody, type RunOutcome } from './result-body.js';
import type { ResultRecord } from './result-journal.js';

/** The result of a lease, ready to be kept and sent. */
export function recordOf(
  offer: Pick<ReadOffer, 'id' | 'jobHash' | 'tail' | 'traceparent'>,
  grant: Grant,
  outcome: RunOutcome,
  pool: string,
): ResultRecord {
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
