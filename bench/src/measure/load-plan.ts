/** How a variant is loaded in one round. */
export interface LoadPlan {
  /** Jobs before anything is measured. */
  readonly warmUp: number;
  /** Jobs measured at saturation. */
  readonly measured: number;
  /** Jobs sent and not collected, at most. */
  readonly window: number;
  /** Fixed rates of the latency runs, in jobs per second. */
  readonly rates: readonly number[];
  /** Length of each latency run, in seconds. */
  readonly seconds: number;
}

/** What one saturated run gave. */
export interface Saturated {
  readonly jobsPerSec: number;
  /** Microseconds of CPU per job, by process. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly cpuTotal: number;
  /** From the last output until no stream held a message: how far the audit log was behind, in milliseconds. */
  readonly drainMs: number;
  /** Jobs per second from the first job of the run to the empty streams: what can be kept up for ever. */
  readonly sustainedPerSec: number;
  readonly resent: number;
}

/** What one latency run gave. Latency is from when a job was due to when its output was collected, in milliseconds. */
export interface Paced {
  readonly perSecond: number;
  readonly jobs: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly cpu: Readonly<Record<string, number>>;
  readonly cpuTotal: number;
}
