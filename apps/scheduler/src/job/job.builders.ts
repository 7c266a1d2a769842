import {
  ApprovalOutcome,
  AttemptState,
  JobState,
  ResultStatus,
  tailOf,
  VerdictKind,
  type ApprovalResolved,
  type Verdict,
} from '@countersign/contracts';
import { canonicalJson, sha256Digest } from '@countersign/kernel';
import type { Attempt, Job } from './job.js';
import type { JobFact } from './job-fact.js';

/** Noon of an ordinary day: the time that steps in specs begin at. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12);
export const JOB_ID = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
export const JOB_HASH = sha256Digest('a job');
export const RESULT_DIGEST = sha256Digest('a result');
export const LEASE_ID = 'lease-1';
/** Name of that run. */
export const RUN_ID = 'run_20261120T120000Z_00000001';
const OUTPUT = '{"ticket":"T-1"}';

/** A job that has not taken a step. */
export function aJob(over: Partial<Job> = {}): Job {
  return {
    tenantId: 'default',
    jobId: JOB_ID,
    jobHash: JOB_HASH,
    topic: 'job.mcp-bridge.write.update_ticket',
    action: 'update_ticket',
    producer: 'gateway',
    caller: 'local-producer',
    agentId: 'local-producer',
    decisionId: 'decision-1',
    state: JobState.Submitted,
    version: 0,
    attempt: 0,
    runs: 0,
    epoch: 0,
    pool: null,
    constraints: {},
    retrySafe: false,
    reviewAfter: false,
    throttle: null,
    deadlineMs: null,
    traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
    traceId: '0123456789abcdef0123456789abcdef',
    causeId: 'decision-event',
    reason: null,
    reasonCode: null,
    cancelRequested: false,
    offerDueAtMs: null,
    approvalId: null,
    outputKind: null,
    released: null,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    ...over,
  };
}

/** An attempt that is on offer for 30 seconds. */
export function anAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    tenantId: 'default',
    jobId: JOB_ID,
    attempt: 1,
    state: AttemptState.Offered,
    outcome: null,
    pool: 'mcp',
    offerExpiresAtMs: NOW_MS + 30_000,
    leaseId: null,
    epoch: null,
    workerId: null,
    nonce: null,
    runId: null,
    leaseExpiresAtMs: null,
    runDeadlineMs: null,
    claimedAtMs: null,
    resultDigest: null,
    resultStatus: null,
    reportedAtMs: null,
    endedAtMs: null,
    ...over,
  };
}

/** An attempt that a worker runs under {@link LEASE_ID}. */
export function aRun(over: Partial<Attempt> = {}): Attempt {
  return anAttempt({
    state: AttemptState.Running,
    leaseId: LEASE_ID,
    epoch: 1,
    workerId: 'mcp-1',
    nonce: 'nonce-one',
    runId: RUN_ID,
    leaseExpiresAtMs: NOW_MS + 15_000,
    runDeadlineMs: NOW_MS + 3_610_000,
    claimedAtMs: NOW_MS,
    ...over,
  });
}

/** A run whose result is in. */
export function aReport(over: Partial<Attempt> = {}): Attempt {
  return aRun({
    state: AttemptState.Reported,
    resultDigest: RESULT_DIGEST,
    resultStatus: ResultStatus.Succeeded,
    reportedAtMs: NOW_MS,
    ...over,
  });
}

const cause = (id: string) => ({ id, traceparent: aJob().traceparent });

/** The answer to the question about the job. */
export function anApproval(outcome: ApprovalOutcome, over: Partial<ApprovalResolved> = {}): JobFact {
  const approval: ApprovalResolved = {
    approval_id: 'approval-1',
    kind: 'job',
    job_id: JOB_ID,
    job_hash: JOB_HASH,
    attempt: 0,
    decision_id: 'decision-1',
    policy_snapshot: sha256Digest('policy'),
    outcome,
    votes: [],
    resolved_at: '2026-11-20T12:00:00.000Z',
    ...over,
  };
  return { kind: 'approval', jobId: JOB_ID, cause: cause(`approval-${outcome}`), approval };
}

/** What the result of the first run says of it. */
export function aRunReport(
  over: Partial<(JobFact & { kind: 'result' })['result']> = {},
): (JobFact & { kind: 'result' })['result'] {
  return {
    attempt: 1,
    lease: { id: LEASE_ID, epoch: 1 },
    status: ResultStatus.Succeeded,
    run_id: RUN_ID,
    constraints_digest: sha256Digest(canonicalJson(aJob().constraints)),
    ...over,
  };
}

/** The result of the first run. */
export function aResult(over: Partial<JobFact & { kind: 'result' }> = {}): JobFact {
  return {
    kind: 'result',
    jobId: JOB_ID,
    cause: cause('result-1'),
    pool: 'mcp',
    tail: tailOf(aJob().topic) ?? '',
    digest: RESULT_DIGEST,
    result: aRunReport(),
    ...over,
  };
}

/** The scanner's answer about the first run. */
export function aVerdict(over: Partial<Verdict> = {}): Verdict {
  const output = over.output === undefined ? OUTPUT : over.output;
  return {
    job_id: JOB_ID,
    attempt: 1,
    pool: 'mcp',
    run_id: RUN_ID,
    lease_id: LEASE_ID,
    epoch: 1,
    status: ResultStatus.Succeeded,
    constraints_digest: sha256Digest(canonicalJson(aJob().constraints)),
    kind: VerdictKind.Clean,
    scanned: RESULT_DIGEST,
    released: output === null ? null : sha256Digest(output),
    output,
    error: null,
    findings: [],
    effects: false,
    ...over,
  };
}

/** A verdict as a fact. */
export function verdictFactOf(verdict: Verdict): JobFact {
  return {
    kind: 'verdict',
    jobId: JOB_ID,
    cause: cause(`verdict-${verdict.kind}`),
    tail: tailOf(aJob().topic) ?? '',
    verdict,
  };
}

/** The caller's wish to end the job. */
export function aCancel(tenantId = 'default'): JobFact {
  return { kind: 'cancel', jobId: JOB_ID, cause: cause('cancel-1'), tenantId, caller: 'local-producer' };
}
