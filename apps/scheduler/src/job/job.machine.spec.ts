import {
  AttemptState,
  isTerminal,
  JOB_TRANSITIONS,
  JobEvent,
  JobState,
  LEASE_MS,
  Outcome,
  RejectionReason,
  ResultStatus,
  VerdictKind,
} from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { aJob, anAttempt, aReport, aRun, aVerdict, LEASE_ID, NOW_MS } from './job.builders.js';
import type { Attempt, Job } from './job.js';
import { step } from './job.machine.js';
import type { StepEvent } from './step-event.js';

const approval = { approvalId: 'approval-1', text: '{}' };
const EVENTS: { readonly [By in JobEvent]: StepEvent & { readonly by: By } } = {
  decision_deny: { by: JobEvent.DecisionDeny },
  decision_require_approval: { by: JobEvent.DecisionRequireApproval },
  decision_hold: { by: JobEvent.DecisionHold, releaseAtMs: NOW_MS + 1000 },
  decision_run: { by: JobEvent.DecisionRun },
  approval_granted: { by: JobEvent.ApprovalGranted, approval, dueAtMs: NOW_MS },
  approval_rejected: { by: JobEvent.ApprovalRejected, approval, withdrawn: false },
  approval_expired: { by: JobEvent.ApprovalExpired, approval },
  release_due: { by: JobEvent.ReleaseDue },
  offer: { by: JobEvent.Offer, pool: 'mcp' },
  offer_expired: { by: JobEvent.OfferExpired },
  claim: {
    by: JobEvent.Claim,
    workerId: 'mcp-1',
    nonce: 'nonce-one',
    leaseId: LEASE_ID,
    runId: 'run_20261120T120000Z_00000001',
  },
  unwarranted: { by: JobEvent.Unwarranted, code: 'digest_mismatch' },
  result: { by: JobEvent.Result, digest: 'sha256:0', status: ResultStatus.Succeeded },
  lease_expired: { by: JobEvent.LeaseExpired },
  verdict_passed: { by: JobEvent.VerdictPassed, verdict: aVerdict() },
  verdict_quarantined: { by: JobEvent.VerdictQuarantined },
  verdict_released: { by: JobEvent.VerdictReleased, verdict: aVerdict({ kind: VerdictKind.Released }) },
  verdict_withheld: { by: JobEvent.VerdictWithheld },
  deadline_passed: { by: JobEvent.DeadlinePassed },
  cancel: { by: JobEvent.Cancel, caller: 'local-producer' },
  dead_lettered: { by: JobEvent.DeadLettered },
};

const taken = (job: Job, attempt: Attempt | undefined, event: StepEvent, nowMs = NOW_MS) => {
  const result = step(job, attempt, event, nowMs);
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  return result;
};
const scanning = (over: Partial<Job> = {}) =>
  aJob({ state: JobState.Scanning, attempt: 1, runs: 1, epoch: 1, ...over });
const running = (over: Partial<Job> = {}) => scanning({ state: JobState.Running, ...over });

describe('the steps of a job', () => {
  it.each(Object.values(RejectionReason))('says that nobody denied it, but %s (H2, H8, H9)', (because) => {
    const rejected = taken(aJob({ state: JobState.PendingApproval }), undefined, {
      by: JobEvent.ApprovalRejected,
      approval,
      withdrawn: false,
      because,
    });
    const end = because === RejectionReason.PolicyChanged ? JobState.Denied : JobState.Rejected;
    expect([rejected.job.state, rejected.job.reasonCode]).toEqual([end, because]);
  });

  it('refuses every event that the table does not list for a state', () => {
    for (const state of Object.values(JobState))
      for (const event of Object.values(EVENTS)) {
        if (JOB_TRANSITIONS[state][event.by] !== undefined) continue;
        const result = step(aJob({ state }), aRun(), event, NOW_MS);
        expect(result.ok ? result.job.state : result.refusal.code, `${state} by ${event.by}`).toBe(
          'illegal_transition',
        );
      }
  });

  it('never leaves a terminal state', () => {
    for (const state of Object.values(JobState).filter(isTerminal))
      for (const event of Object.values(EVENTS))
        expect(step(aJob({ state }), aReport(), event, NOW_MS).ok).toBe(false);
  });

  it('counts each change in the version', () => {
    expect(taken(aJob(), undefined, EVENTS.decision_run).job.version).toBe(1);
  });

  it('ends a job on offer that its stored rows do not warrant, and gives no reason but that (H06)', () => {
    const offered = aJob({ state: JobState.Dispatched, attempt: 1 });
    const { job, attempt, effects } = taken(offered, anAttempt(), EVENTS.unwarranted);
    expect(job).toMatchObject({ state: JobState.Failed, reasonCode: 'digest_mismatch' });
    expect(attempt).toMatchObject({ state: AttemptState.Ended, outcome: Outcome.Unclaimed });
    expect(effects.map(({ kind }) => kind)).toEqual(['offer_closed', 'tell']);
  });

  it('puts a run that was refused for its warrant down to that, not to its handler (H06)', () => {
    const error = { code: 'warrant_other_bytes', message: 'The job on offer is not the one.' };
    const verdict = aVerdict({ status: ResultStatus.Failed, output: null, error });
    const end = taken(scanning(), aReport(), { by: JobEvent.VerdictPassed, verdict }).job;
    expect(end).toMatchObject({ state: JobState.Failed, reasonCode: 'warrant_refused' });
    const retried = taken(scanning({ constraints: { max_retries: 1 } }), aReport(), {
      by: JobEvent.VerdictPassed,
      verdict,
    });
    expect(retried.job).toMatchObject({ state: JobState.Scheduled, reasonCode: 'warrant_refused' });
    expect(retried.effects).toContainEqual({ kind: 'tell', detail: { attempt: 1 } });
  });

  it('denies a job over its rate when the rule rejects, and holds it otherwise', () => {
    const denied = taken(aJob(), undefined, { by: JobEvent.DecisionHold, releaseAtMs: null }).job;
    const held = taken(aJob(), undefined, EVENTS.decision_hold).job;
    expect([denied.state, denied.reasonCode]).toEqual([JobState.Denied, 'rate_limited']);
    expect([held.state, held.offerDueAtMs]).toEqual([JobState.Throttled, NOW_MS + 1000]);
  });

  it('does not release a held job before its time', () => {
    const held = aJob({ state: JobState.Throttled, offerDueAtMs: NOW_MS + 1 });
    expect(step(held, undefined, EVENTS.release_due, NOW_MS).ok).toBe(false);
    expect(taken(held, undefined, EVENTS.release_due, NOW_MS + 1).job.state).toBe(JobState.Scheduled);
  });

  it('offers the next attempt, never past the deadline of the job', () => {
    const job = aJob({ state: JobState.Scheduled, deadlineMs: NOW_MS + 5_000 });
    const { job: next, attempt, effects } = taken(job, undefined, EVENTS.offer);
    expect([next.state, next.attempt, next.runs]).toEqual([JobState.Dispatched, 1, 0]);
    expect(attempt).toMatchObject({ state: AttemptState.Offered, offerExpiresAtMs: NOW_MS + 5_000 });
    expect(effects).toEqual([{ kind: 'offer' }]);
  });

  it('uses up no retry by an offer that nobody took', () => {
    const job = aJob({ state: JobState.Dispatched, attempt: 1 });
    const { job: next, attempt } = taken(job, anAttempt(), EVENTS.offer_expired, NOW_MS + 30_000);
    expect([next.state, next.runs]).toEqual([JobState.Scheduled, 0]);
    expect(attempt).toMatchObject({ state: AttemptState.Ended, outcome: Outcome.Unclaimed });
  });

  it('gives a claim a lease with the next epoch, within the runtime and its grace', () => {
    const job = aJob({
      state: JobState.Dispatched,
      attempt: 1,
      epoch: 4,
      constraints: { max_runtime_sec: 2 },
    });
    const { job: next, attempt } = taken(job, anAttempt(), EVENTS.claim);
    expect([next.state, next.epoch, next.runs]).toEqual([JobState.Running, 5, 1]);
    expect(attempt).toMatchObject({
      epoch: 5,
      runDeadlineMs: NOW_MS + 12_000,
      leaseExpiresAtMs: NOW_MS + 12_000,
    });
  });

  it('gives no lease for an offer that is over', () => {
    const job = aJob({ state: JobState.Dispatched, attempt: 1 });
    expect(step(job, anAttempt(), EVENTS.claim, NOW_MS + 30_000).ok).toBe(false);
  });

  it('asks a running worker to stop and lets it end by its result', () => {
    const { job, effects } = taken(running(), aRun(), EVENTS.cancel);
    expect([job.state, job.cancelRequested]).toEqual([JobState.Running, true]);
    expect(effects).toEqual([{ kind: 'stop', leaseId: LEASE_ID, attempt: 1, pool: 'mcp' }]);
  });

  it('voids the offer of a job that is cancelled', () => {
    const job = aJob({ state: JobState.Dispatched, attempt: 1 });
    const { attempt, effects } = taken(job, anAttempt(), EVENTS.cancel);
    expect(attempt?.state).toBe(AttemptState.Ended);
    expect(effects).toContainEqual({ kind: 'offer_closed', attempt: 1 });
  });
});

describe('a worker that falls silent', () => {
  const late = NOW_MS + LEASE_MS;

  it('times its job out with unknown effects', () => {
    const { job, attempt } = taken(running(), aRun(), EVENTS.lease_expired, late);
    expect([job.state, job.reasonCode]).toEqual([JobState.TimedOut, 'lease_expired']);
    expect(attempt?.outcome).toBe(Outcome.Unknown);
  });

  it('times its job out by the runtime limit when that is over', () => {
    const run = aRun({ runDeadlineMs: NOW_MS + 12_000, leaseExpiresAtMs: NOW_MS + 12_000 });
    expect(taken(running(), run, EVENTS.lease_expired, late).job.reasonCode).toBe('runtime_limit');
  });

  it('is followed by another run only of a job that is safe to retry, within its retries', () => {
    const safe = running({ retrySafe: true, constraints: { max_retries: 1 } });
    expect(taken(safe, aRun(), EVENTS.lease_expired, late).job.state).toBe(JobState.Scheduled);
    expect(taken({ ...safe, runs: 2 }, aRun(), EVENTS.lease_expired, late).job.state).toBe(JobState.TimedOut);
    expect(taken({ ...safe, retrySafe: false }, aRun(), EVENTS.lease_expired, late).job.state).toBe(
      JobState.TimedOut,
    );
  });

  it('ends a job CANCELLED that was to be cancelled', () => {
    const job = running({ cancelRequested: true, retrySafe: true, constraints: { max_retries: 1 } });
    expect(taken(job, aRun(), EVENTS.lease_expired, late).job.state).toBe(JobState.Cancelled);
  });

  it('is not found silent before its lease is over', () => {
    expect(step(running(), aRun(), EVENTS.lease_expired, late - 1).ok).toBe(false);
  });
});

describe('a scanned result', () => {
  const passed = (over: Parameters<typeof aVerdict>[0]): StepEvent => ({
    by: JobEvent.VerdictPassed,
    verdict: aVerdict(over),
  });

  it('completes the job and releases the output', () => {
    const { job, effects } = taken(scanning(), aReport(), EVENTS.verdict_passed);
    expect([job.state, job.reasonCode]).toEqual([JobState.Completed, 'succeeded']);
    expect(effects).toEqual([{ kind: 'output', output: aVerdict().output }]);
  });

  it('tells of released work that somebody is to look at, what it was and whose (H12)', () => {
    const job = scanning({ reviewAfter: true });
    const { effects } = taken(job, aReport(), EVENTS.verdict_passed);
    const detail = { topic: job.topic, caller: 'local-producer', agent_id: 'local-producer' };
    expect(effects).toEqual([
      { kind: 'output', output: aVerdict().output },
      { kind: 'tell', detail },
    ]);
    const failed = taken(job, aReport(), passed({ status: ResultStatus.Failed }));
    expect(failed.effects).toEqual([{ kind: 'tell' }]);
  });

  it.each([
    [ResultStatus.Failed, JobState.Failed],
    [ResultStatus.TimedOut, JobState.TimedOut],
    [ResultStatus.Cancelled, JobState.Cancelled],
  ])('of a run that %s ends the job %s and releases nothing', (status, state) => {
    const { job, effects } = taken(scanning(), aReport(), passed({ status }));
    expect([job.state, job.released]).toEqual([state, null]);
    expect(effects.map((effect) => effect.kind)).toEqual(['tell']);
  });

  it('of a failed run is tried again after a pause when it had no effect and a retry is left', () => {
    const job = scanning({ constraints: { max_retries: 1, backoff_sec: { min: 4, max: 8 } } });
    const { job: next } = taken(job, aReport(), passed({ status: ResultStatus.Failed }));
    expect([next.state, next.offerDueAtMs]).toEqual([JobState.Scheduled, NOW_MS + 4_000]);
  });

  it('of a failed run with effects is tried again only when the job is safe to retry', () => {
    const failed = passed({ status: ResultStatus.Failed, effects: true });
    const job = scanning({ constraints: { max_retries: 1 } });
    expect(taken(job, aReport(), failed).job.state).toBe(JobState.Failed);
    expect(taken({ ...job, retrySafe: true }, aReport(), failed).job.state).toBe(JobState.Scheduled);
  });

  it('larger than allowed is not released', () => {
    const { job } = taken(
      scanning({ constraints: { max_output_bytes: 3 } }),
      aReport(),
      EVENTS.verdict_passed,
    );
    expect([job.state, job.reasonCode]).toEqual([JobState.Failed, 'output_too_large']);
  });
});
