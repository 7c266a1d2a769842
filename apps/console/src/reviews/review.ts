/** Released work that a person has to look at, or has looked at. */
export interface Review {
  readonly job_id: string;
  readonly state: 'waiting' | 'seen';
  readonly topic: string;
  readonly job_hash: string;
  readonly attempt: number;
  readonly caller: string | null;
  readonly agent_id: string | null;
  readonly released_at: string;
  /** Seconds that it waits, or has waited. */
  readonly age_sec: number;
  readonly verdict: Verdict | null;
  readonly note: string | null;
  readonly seen_by: string | null;
  readonly seen_at: string | null;
}

/** What a person says of it. */
export type Verdict = 'fine' | 'problem';
