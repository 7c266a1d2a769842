import type { ReviewVerdict } from '@countersign/contracts';

/** Where a review is: the work waits for a person, or one has looked at it. */
export const ReviewState = { Waiting: 'waiting', Seen: 'seen' } as const;
export type ReviewState = (typeof ReviewState)[keyof typeof ReviewState];

/** Released work that a person has to look at, as the scheduler tells it. */
export interface ReleasedWork {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  readonly attempt: number;
  readonly topic: string;
  readonly producer: string;
  /** Who submitted the job; null where the event does not say. */
  readonly caller: string | null;
  readonly agent_id: string | null;
  readonly trace_id: string | null;
  readonly traceparent: string;
  /** RFC 3339, the scheduler's time. */
  readonly released_at: string;
}

/** One row of the list. Times are RFC 3339 of the database. */
export interface Review extends ReleasedWork {
  readonly state: ReviewState;
  readonly waits_since: string;
  /** Whole seconds that it waits, or has waited until somebody looked. */
  readonly age_sec: number;
  readonly verdict: ReviewVerdict | null;
  readonly note: string | null;
  readonly seen_by: string | null;
  readonly seen_at: string | null;
}
