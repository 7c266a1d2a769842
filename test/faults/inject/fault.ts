import type { FaultRun } from '../support/fault-run.js';

/** One fault of the schedule: what is done, while jobs are on their way. It ends with everything up again. */
export interface Fault {
  /** Its number in the plan. */
  readonly id: string;
  readonly what: string;
  readonly inject: (run: FaultRun) => Promise<void>;
  /** How many processes it ends with SIGKILL. */
  readonly kills: number;
  /**
   * How long something is down or does not move at least, in milliseconds: 0 where it is back as soon as it starts.
   * Undefined where nothing is down, so that a time to recover would mean nothing.
   */
  readonly downMs?: number;
}

/** How long a long outage lasts, in milliseconds: longer than what counts as one, and than most time limits. */
export const LONG_OUTAGE_MS = 6_000;

/** For the text of a fault. */
export const inSeconds = (ms: number) => `${ms / 1000} s`;
