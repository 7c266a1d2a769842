import { Inject, Injectable } from '@nestjs/common';
import { Service, type JobRequest } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { Road, roadOf } from '@countersign/service-kit';
import type { Caller } from '../http/caller.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import { findIntake, insertIntake, type IntakeRow } from '../intake/intake.store.js';
import { takeKey } from './idempotency.store.js';
import { acceptedOf, prepareSubmission, type Accepted } from './submission.js';

/** Takes jobs in: intake row, idempotency key and outbox row in one transaction. */
@Injectable()
export class SubmitJobHandler {
  constructor(@Inject(roadOf(Service.Gateway)) private readonly road: Road) {}

  /** Throws `tenant_mismatch`, `too_large`, `job_id_conflict` or `idempotency_key_reused`; nothing is kept of a refused job. */
  async submit(
    request: JobRequest,
    from: {
      readonly caller: Caller;
      readonly trace: RequestTrace;
      readonly idempotencyKey: string | undefined;
    },
  ): Promise<Accepted> {
    const { row, requestDigest, emission } = prepareSubmission(request, from.caller, from.trace, newUlid());
    return this.road.run(async (work) => {
      if (from.idempotencyKey !== undefined) {
        const earlier = await takeKey(work, {
          tenant_id: row.tenant_id,
          caller: row.caller,
          key: from.idempotencyKey,
          request_sha256: requestDigest,
          job_id: row.job_id,
        });
        if (earlier && earlier.request_sha256 !== requestDigest)
          throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
        if (earlier) return acceptedOf(await storedRow(work, row.tenant_id, earlier.job_id));
      }
      if (await insertIntake(work, row)) {
        work.emit(emission);
        return acceptedOf(row);
      }
      const stored = await storedRow(work, row.tenant_id, row.job_id);
      if (stored.job_hash !== row.job_hash)
        throw new ApiError('job_id_conflict', 'Another job with this id and other content exists.', {
          pointer: '/job_id',
        });
      return acceptedOf(stored);
    });
  }
}

async function storedRow(sql: Sql, tenant: string, jobId: string): Promise<IntakeRow> {
  const stored = await findIntake(sql, tenant, jobId);
  if (!stored) throw new Error('the intake row of a known job cannot be seen');
  return stored;
}
