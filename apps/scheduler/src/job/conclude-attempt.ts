import { JobState, ResultStatus, type ReasonCode } from '@countersign/contracts';
import { assertNever } from '@countersign/kernel';
import { endAttempt } from './attempt-steps.js';
import { backOffMs } from './back-off.js';
import { hasRetryLeft, type Attempt, type Job } from './job.js';
import type { Draft } from './job.machine.js';
import { releasedBy, sizeOf } from './released-output.js';
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
    case ResultStatus.Succeeded: {
      const output = releasedBy(verdict);
      if (output === null) return end(JobState.Failed, 'output_withheld');
      if (sizeOf(output) > (job.constraints.max_output_bytes ?? Infinity))
        return end(JobState.Failed, 'output_too_large');
      return {
        to: JobState.Completed,
        reasonCode: 'succeeded',
        job: { outputKind: verdict.kind, released: verdict.released },
        attempt: ended,
        effects: [...kept, { kind: 'output', output }],
        // Who looks at the work afterwards must know what it was and whose it is.
        ...(job.reviewAfter && {
          detail: { topic: job.topic, caller: job.caller, agent_id: job.agentId },
        }),
      };
    }
    case ResultStatus.Failed:
      if (mayRetry && !job.cancelRequested && hasRetryLeft(job) && (!verdict.effects || job.retrySafe)) {
        const reasonCode = failureOf(verdict);
        return {
          to: JobState.Scheduled,
          reasonCode,
          job: { offerDueAtMs: nowMs + backOffMs(job) },
          attempt: ended,
          effects: kept,
          // An ordinary retry is told by its end. That somebody's warrant did not hold is told whatever comes of it.
          ...(reasonCode === 'warrant_refused' && { detail: { attempt: attempt.attempt } }),
        };
      }
      return end(JobState.Failed, failureOf(verdict));
    case ResultStatus.TimedOut:
      return end(JobState.TimedOut, 'runtime_limit');
    case ResultStatus.Cancelled:
      return end(JobState.Cancelled, 'cancelled');
    default:
      return assertNever(verdict.status);
  }
}

/** What a failed run is put down to, as its worker says. A refused warrant is told apart: no handler was at fault. */
function failureOf({ error }: Conclusion): ReasonCode {
  if (error?.code === 'output_too_large') return 'output_too_large';
  return error?.code.startsWith('warrant_') ? 'warrant_refused' : 'worker_failed';
}
