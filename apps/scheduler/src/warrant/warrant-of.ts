import { WARRANT_ISSUER, type WarrantClaims } from '@countersign/warrant';
import type { Entry } from '../job/job-book.js';
import type { Basis } from './judge-basis.js';

/**
 * What the warrant of a running attempt says. Made of stored values alone, so that a repeated claim gets the same.
 * Throws when the attempt does not run, which is a defect and never a caller's fault.
 */
export function warrantOf({ job, attempt }: Entry, basis: Basis): WarrantClaims {
  const { leaseId, epoch, runId, nonce, claimedAtMs, runDeadlineMs } = attempt ?? {};
  if (
    !attempt ||
    leaseId == null ||
    epoch == null ||
    runId == null ||
    nonce == null ||
    claimedAtMs == null ||
    runDeadlineMs == null
  )
    throw new Error(`no attempt of ${job.jobId} runs under a lease`);
  const claimedAt = Math.floor(claimedAtMs / 1000);
  return {
    iss: WARRANT_ISSUER,
    aud: attempt.pool,
    iat: claimedAt,
    nbf: claimedAt,
    // The end of the run with its grace, as the lease has it.
    exp: Math.ceil(runDeadlineMs / 1000),
    job_id: job.jobId,
    job_hash: job.jobHash,
    attempt: attempt.attempt,
    run_id: runId,
    lease_id: leaseId,
    epoch,
    nonce,
    tenant_id: job.tenantId,
    pool: attempt.pool,
    decision_id: job.decisionId,
    policy_snapshot: basis.policySnapshot,
    approval_ids: [...basis.approvalIds],
    constraints_digest: basis.constraintsDigest,
  };
}
