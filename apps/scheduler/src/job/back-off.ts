import type { Job } from './job.js';

/** Waits between attempts when the policy says nothing, in seconds. */
const DEFAULT_BACKOFF_SEC = { min: 1, max: 60 } as const;

/** How long a job waits before its next attempt, in milliseconds: doubled with each run, within the policy's bounds. */
export function backOffMs(job: Job): number {
  const { min, max } = job.constraints.backoff_sec ?? DEFAULT_BACKOFF_SEC;
  const doublings = Math.min(Math.max(job.runs - 1, 0), 30);
  return Math.min(max, min * 2 ** doublings) * 1000;
}
