import { JobState, ResultStatus, type ReasonCode } from '@countersign/contracts';
import { assertNever } from '@countersign/kernel';
import { endAttempt } from './attempt-steps.js';
import { backOffMs } from './back-off.js';
import { hasRetryLeft, type Attempt, type Job } from './job.js';
import type { Draft } from './job.machine.js';
import type { Conclusion, Effect } from './step-event.js';

/** Ends an attempt by its scanned result: the job completes, ends otherwise, or is tried again where `mayRetry`. */
export function conclude(
  job: Job,
  attempt: Attempt,
  verdict: Conclusion,
  nowMs: number,
  mayRetry: boolean,
): Draft {
  const ended = endAttempt(attempt, verdict.status, nowMs);
  const kept: Effect[] =
    verdict.error === null ? [] : [{ kind: 'keep_error', error: JSON.stringify(verdict.error) }];
  const end = (to: JobState, reasonCode: ReasonCode): Draft => ({
    to,
    reasonCode,
    job: { outputKind: verdict.kind },
    attempt: ended,
    effects: kept,
  });
  switch (verdict.status) {
    case ResultStatus.Succeeded:
      if (verdict.output === null) return end(JobState.Failed, 'output_withheld');
      if (Buffer.byteLength(verdict.output) > (job.constraints.max_output_bytes ?? Infinity))
        return end(JobState.Failed, 'output_too_large');
      return {
        to: JobState.Completed,
        reasonCode: 'succeeded',
        job: { outputKind: verdict.kind, released: verdict.released },
        attempt: ended,
        effects: [...kept, { kind: 'output', output: verdict.output }],
      };
    case ResultStatus.Failed:
      if (mayRetry && !job.cancelRequested && hasRetryLeft(job) && (!verdict.effects || job.retrySafe))
        return {
          to: JobState.Scheduled,
          reasonCode: 'worker_failed',
          job: { offerDueAtMs: nowMs + backOffMs(job) },
          attempt: ended,
          effects: kept,
        };
      return end(
        JobState.Failed,
        verdict.error?.code === 'output_too_large' ? 'output_too_large' : 'worker_failed',
      );
    case ResultStatus.TimedOut:
      return end(JobState.TimedOut, 'runtime_limit');
    case ResultStatus.Cancelled:
      return end(JobState.Cancelled, 'cancelled');
    default:
      return assertNever(verdict.status);
  }
}
