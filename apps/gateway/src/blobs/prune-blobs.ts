import { BlobRef, isTerminal, validate, type JobState } from '@countersign/contracts';
import { UNKNOWN_JOB_HOURS } from './blob-limits.js';

/** What is known of a blob whose time has come. */
export interface DueBlob {
  readonly blob_id: string;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly digest: string | null;
  readonly state: 'writing' | 'stored' | 'released';
  readonly age_hours: number;
}

/** A job as the scheduler tells of it, as far as its blobs depend on it. */
export interface BlobJob {
  readonly state?: unknown;
  readonly output_blob?: unknown;
}

/** What becomes of a blob. */
export type Fate = 'remove' | 'release' | 'keep';

/**
 * Decides about a blob whose time has come. What was never whole goes, and so does what has been readable long enough. Of
 * a job that has ended only what it released stays; as long as it goes on, or waits for a review, everything does.
 */
export function fateOf(blob: DueBlob, job: BlobJob | undefined): Fate {
  if (blob.state !== 'stored') return 'remove';
  if (job === undefined) return blob.age_hours >= UNKNOWN_JOB_HOURS ? 'remove' : 'keep';
  if (!isTerminal(job.state as JobState)) return 'keep';
  const released = validate(BlobRef, job.output_blob);
  return released.ok && released.value.digest === blob.digest ? 'release' : 'remove';
}
