import type { BlobMediaType, CanonicalJob, Constraints, Result } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import type { Bus, BusLog } from '@countersign/messaging';
import type { BlobSource } from './blob-upload.js';

/** Why a run is told to stop. */
export const AbortReason = {
  /** `max_runtime_sec` is used up. */
  RuntimeLimit: 'runtime_limit',
  /** The caller cancelled the job. */
  Cancelled: 'cancelled',
  /** The scheduler gave the lease up, or could not be reached before it ran out: another run may have begun. */
  LeaseLost: 'lease_lost',
  /** This worker is stopping and the run outlasted its grace. */
  WorkerStopped: 'worker_stopped',
} as const;
export type AbortReason = (typeof AbortReason)[keyof typeof AbortReason];

/** Something a run changed in the world, as it is told in the result. */
export type Effect = Result['effects'][number];

/** What a handler is given besides the job. */
export interface RunContext {
  readonly runId: string;
  readonly attempt: number;
  readonly constraints: Constraints;
  /** When the run is aborted at the latest, on the clock of `performance.now()`, in milliseconds. */
  readonly deadlineMs: number;
  /** Aborts with an {@link AbortReason} as its reason. What is still running a few seconds later is reported as it is. */
  readonly signal: AbortSignal;
  /** A new private directory, made when first asked for; throws when the run id had one already. Removed after if empty. */
  readonly outputDir: string;
  /** Tells of a change. Call it before the change can be seen: a run without effects may be retried. */
  reportEffect(effect: Effect): void;
}

/** How a handler ended. Throwing is the same as `failed`. */
export interface WorkResult {
  readonly status: 'succeeded' | 'failed';
  readonly output: JsonValue;
  /**
   * The output as bytes or as a file of the run, up to 50 MiB, in the place of `output`, which is then null. The worker
   * uploads it; what is no text is put before a person. Needs {@link WorkerOptions.gatewayUrl}.
   */
  readonly blob?: { readonly source: BlobSource; readonly mediaType: BlobMediaType };
  readonly error?: { readonly code: string; readonly message: string };
  readonly usage?: Result['usage'];
}

/** Does the work of one job. Must heed `run.signal`. */
export type JobHandler = (job: CanonicalJob, run: RunContext) => Promise<WorkResult>;

/** Settings of a worker. */
export interface WorkerOptions {
  /** URL of the broker. */
  readonly servers: string;
  readonly pool: string;
  /** The nkey seed of the pool's user; a function is asked at each connection, so that the key can change meanwhile. */
  readonly seed: string | (() => string);
  /** Stable and unique among the workers of the pool: a restart under the same name finds its unsent results. */
  readonly workerId: string;
  /** Where results wait until they are recorded, and where runs get their directories. */
  readonly stateDir: string;
  /** Most runs at once; 16 when absent. */
  readonly concurrency?: number;
  /** How long `stop()` lets runs finish before it aborts them, in milliseconds; 5000 when absent. */
  readonly stopGraceMs?: number;
  readonly handle: JobHandler;
  /** Where the gateway is, for outputs that are too large for a message; without it they are refused. */
  readonly gatewayUrl?: string;
  readonly log?: BusLog;
}

/** What a worker needs of the bus. */
export type WorkerBus = Pick<Bus, 'publish' | 'consume' | 'request' | 'subscribe' | 'flush' | 'close'>;

/** The clocks of a worker. */
export interface WorkerClock {
  /** Monotonic milliseconds. Limits and leases are measured with it. */
  now(): number;
  /** Wall time, only ever told. */
  date(): Date;
}

/** The process's clocks. */
export const systemClock: WorkerClock = { now: () => performance.now(), date: () => new Date() };

/** A log that keeps nothing: for callers that bring none. */
export const silentLog: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
