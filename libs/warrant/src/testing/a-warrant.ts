import { sha256Digest } from '@countersign/kernel';
import type { ExpectedRun, SchedulerTime } from '../verify-warrant.js';
import { WARRANT_ISSUER, type WarrantClaims } from '../warrant.js';

/** When the run of {@link aWarrant} was claimed, in milliseconds of Unix time. */
export const CLAIMED_AT_MS = Date.UTC(2026, 10, 20, 12);

/** A warrant for the run of {@link anExpectedRun}, valid from its claim for 70 seconds. */
export function aWarrant(over: Partial<WarrantClaims> = {}): WarrantClaims {
  return {
    iss: WARRANT_ISSUER,
    aud: 'mcp',
    iat: CLAIMED_AT_MS / 1000,
    nbf: CLAIMED_AT_MS / 1000,
    exp: CLAIMED_AT_MS / 1000 + 70,
    job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
    job_hash: sha256Digest('a job'),
    attempt: 1,
    run_id: 'run_20261120T120000Z_00000001',
    lease_id: 'lease-1',
    epoch: 1,
    nonce: 'nonce-one',
    tenant_id: 'default',
    pool: 'mcp',
    decision_id: 'decision-1',
    policy_snapshot: sha256Digest('policy'),
    approval_ids: [],
    constraints_digest: sha256Digest('{}'),
    ...over,
  };
}

/** What the worker of {@link aWarrant} expects. */
export function anExpectedRun(over: Partial<ExpectedRun> = {}): ExpectedRun {
  const claims = aWarrant();
  return {
    pool: claims.pool,
    jobId: claims.job_id,
    attempt: claims.attempt,
    runId: claims.run_id,
    leaseId: claims.lease_id,
    epoch: claims.epoch,
    nonce: claims.nonce,
    jobHash: claims.job_hash,
    constraintsDigest: claims.constraints_digest,
    ...over,
  };
}

/** The scheduler's time this long after the claim, in milliseconds. */
export const afterClaim = (ms: number): SchedulerTime => ({
  earliestMs: CLAIMED_AT_MS,
  latestMs: CLAIMED_AT_MS + ms,
});
