import { Inject, Injectable } from '@nestjs/common';
import { Service, type JobRequest } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { Road, roadOf, type Work } from '@countersign/service-kit';
import type { Caller } from '../identity/caller.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import { findIntake, insertIntake } from '../intake/intake.store.js';
import { JobFinder } from '../read/job-finder.js';
import { keepTrace, takeKey } from './idempotency.store.js';
import { acceptedOf, prepareSubmission, type Accepted, type Known, type Submission } from './submission.js';

/** Takes jobs in: intake row, idempotency key and outbox row in one transaction. */
@Injectable()
export class SubmitJobHandler {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    private readonly finder: JobFinder,
  ) {}

  /** Throws `tenant_mismatch`, `agent_not_allowed`, `too_large`, `job_id_conflict` or `idempotency_key_reused`; nothing is kept of a refused job. */
  async submit(
    request: JobRequest,
    from: {
      readonly caller: Caller;
      readonly trace: RequestTrace;
      readonly idempotencyKey: string | undefined;
    },
  ): Promise<Accepted> {
    const submission = prepareSubmission(request, from.caller, from.trace, newUlid());
    const { row, requestDigest } = submission;
    // Only an id that the client chose can be known already, and perhaps to the scheduler alone.
    const known = request.job_id === undefined ? undefined : await this.finder.findKnown(row.job_id, from);
    return this.road.forTenant(row.tenant_id).run(async (work) => {
      const { tenant_id, caller } = row;
      const key =
        from.idempotencyKey === undefined ? undefined : { tenant_id, caller, key: from.idempotencyKey };
      if (key !== undefined) {
        const { job_id, job_hash, trace_id } = { ...row, ...known };
        const answer = { job_id, job_hash, trace_id };
        const earlier = await takeKey(work, { ...key, ...answer, request_sha256: requestDigest });
        if (earlier && earlier.request_sha256 !== requestDigest)
          throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
        if (earlier) return acceptedOf(earlier);
      }
      const stored = known ?? (await takeIn(work, submission));
      if (stored.job_hash !== row.job_hash)
        throw new ApiError('job_id_conflict', 'Another job with this id and other content exists.', {
          pointer: '/job_id',
        });
      if (key !== undefined && !known && stored.trace_id !== row.trace_id)
        await keepTrace(work, key, stored.trace_id);
      return acceptedOf(stored);
    });
  }
}

/** Writes a job down and tells the road, or gives the job that a concurrent request wrote down under its id. */
async function takeIn(work: Sql & Pick<Work, 'emit'>, { row, emission }: Submission): Promise<Known> {
  if (await insertIntake(work, row)) {
    work.emit(emission);
    return row;
  }
  const stored = await findIntake(work, row.tenant_id, row.job_id);
  if (!stored) throw new Error('the intake row of a known job cannot be seen');
  return stored;
}
