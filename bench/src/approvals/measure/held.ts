/** A worker's word that it holds a job. */
export interface Held {
  readonly kind: 'held';
  readonly jobId: string;
  /** Milliseconds of the machine's monotonic clock. */
  readonly atMs: number;
}
