import type {
  AttemptState,
  Constraints,
  JobState,
  Outcome,
  ResultStatus,
  VerdictKind,
} from '@countersign/contracts';
import type { ThrottleObligation } from '../rate/throttle-obligation.js';

/** A job as its steps see it: everything that decides, without the large texts. Times are database milliseconds. */
export interface Job {
  readonly tenantId: string;
  readonly jobId: string;
  readonly jobHash: string;
  readonly topic: string;
  /** The job's `action`, or the last token of its topic. */
  readonly action: string;
  readonly producer: string;
  /** Who asked for it, as the gateway or the account says. */
  readonly caller: string;
  readonly agentId: string;
  readonly decisionId: string;
  readonly state: JobState;
  /** Counts the changes of the row; every write compares it. */
  readonly version: number;
  /** Number of the latest attempt; 0 before the first offer. */
  readonly attempt: number;
  /** Attempts that a worker claimed. Offers nobody took use up no retry. */
  readonly runs: number;
  /** Leases given so far: the fencing number of the latest. */
  readonly epoch: number;
  readonly pool: string | null;
  readonly constraints: Constraints;
  readonly retrySafe: boolean;
  /** Whether the decision wants a person to look at the work once it is released. */
  readonly reviewAfter: boolean;
  readonly throttle: ThrottleObligation | null;
  readonly deadlineMs: number | null;
  readonly traceparent: string;
  readonly traceId: string | null;
  /** Event id of the last message that moved the job. */
  readonly causeId: string;
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly cancelRequested: boolean;
  /** When a SCHEDULED job is to be offered, or a THROTTLED one released. */
  readonly offerDueAtMs: number | null;
  readonly approvalId: string | null;
  readonly outputKind: VerdictKind | null;
  readonly released: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One attempt at a job. Only the latest of a job can change. */
export interface Attempt {
  readonly tenantId: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly state: AttemptState;
  readonly outcome: Outcome | null;
  readonly pool: string;
  readonly offerExpiresAtMs: number;
  readonly leaseId: string | null;
  readonly epoch: number | null;
  readonly workerId: string | null;
  /** Chosen by the worker for one claim, so that a repeated claim gets the same lease. */
  readonly nonce: string | null;
  readonly runId: string | null;
  readonly leaseExpiresAtMs: number | null;
  /** No heartbeat extends the lease past this. */
  readonly runDeadlineMs: number | null;
  readonly claimedAtMs: number | null;
  /** SHA-256 of the result body as received: what a verdict must have scanned. */
  readonly resultDigest: string | null;
  readonly resultStatus: ResultStatus | null;
  readonly reportedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** Whether a failed run may be tried again: within `max_retries`, whose default is none. */
export function hasRetryLeft(job: Job): boolean {
  return job.runs < 1 + (job.constraints.max_retries ?? 0);
}
