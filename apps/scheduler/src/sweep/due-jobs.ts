import { JobEvent, JobState, type JobEvent as JobEventName } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Work } from '@countersign/service-kit';
import type { JobBook } from '../job/job-book.js';
import type { JobRules } from '../job/job-rules.js';
import { loadBook } from '../job/load-book.js';
import { saveBook } from '../job/save-book.js';

/** Jobs that one sweep takes at once. */
export const SWEEP_BATCH = 256;

/** A question of stored state: which jobs are due, and what becomes of each. */
export interface Sweep {
  readonly name: string;
  /** Selects `job_id` of due jobs. */
  readonly due: string;
  readonly settle: (book: JobBook, jobId: string) => void;
}

const expire =
  (by: Extract<JobEventName, 'offer_expired' | 'lease_expired' | 'deadline_passed'>) =>
  (book: JobBook, jobId: string): void => {
    // The rows were read before the lock: whoever came first has settled the job, and there is nothing to refuse.
    book.apply(jobId, { by }, undefined, true);
  };

/** Jobs in other hands are left to the next round. */
const LOCK = `ORDER BY j.job_id LIMIT ${SWEEP_BATCH} FOR UPDATE OF j SKIP LOCKED`;

/** Everything that happens because time passes. */
export const SWEEPS: readonly Sweep[] = [
  {
    name: 'deadlines',
    due: `SELECT j.job_id FROM jobs j WHERE j.deadline <= now()
            AND j.state IN ('PENDING_APPROVAL', 'THROTTLED', 'SCHEDULED', 'DISPATCHED')`,
    settle: expire(JobEvent.DeadlinePassed),
  },
  {
    name: 'due jobs',
    due: `SELECT j.job_id FROM jobs j WHERE j.offer_due_at <= now() AND j.state IN ('SCHEDULED', 'THROTTLED')`,
    settle: (book, jobId) => {
      if (book.find(jobId)?.job.state === JobState.Throttled)
        book.apply(jobId, { by: JobEvent.ReleaseDue }, undefined, true);
      else book.advance(jobId);
    },
  },
  {
    name: 'offers',
    due: `SELECT j.job_id FROM attempts a JOIN jobs j ON j.job_id = a.job_id AND j.attempt = a.attempt
           WHERE a.state = 'OFFERED' AND a.offer_expires_at <= now()`,
    settle: expire(JobEvent.OfferExpired),
  },
  {
    name: 'leases',
    due: `SELECT j.job_id FROM attempts a JOIN jobs j ON j.job_id = a.job_id AND j.attempt = a.attempt
           WHERE a.state = 'RUNNING' AND a.lease_expires_at <= now()`,
    settle: expire(JobEvent.LeaseExpired),
  },
  {
    name: 'pending facts',
    due: `SELECT j.job_id FROM jobs j WHERE j.job_id IN (SELECT p.job_id FROM pending_facts p WHERE p.retry_at <= now())`,
    settle: (book, jobId) => {
      book.revisit(jobId);
    },
  },
];

const ANY_DUE = `SELECT ${SWEEPS.map(({ due }, i) => `EXISTS (${due}) AS "${i}"`).join(', ')}`;

/** The sweeps that have something to settle now: one statement without locks, and mostly there are none. */
export async function dueSweeps(sql: Sql): Promise<readonly Sweep[]> {
  const [any] = await sql.query<Record<string, boolean>>(ANY_DUE);
  return SWEEPS.filter((_, i) => any?.[i]);
}

/** How long a fact that still waits is left alone. */
const RETRY_PENDING = `interval '5 seconds'`;

/** Settles one batch of due jobs in one transaction. Returns how many there were. */
export async function sweepOnce(work: Work, sweep: Sweep, rules: JobRules): Promise<number> {
  const due = await work.query<{ job_id: string }>(`${sweep.due} ${LOCK}`);
  if (due.length === 0) return 0;
  const jobIds = due.map((row) => row.job_id);
  const loaded = await loadBook(work, jobIds, rules);
  for (const jobId of jobIds) sweep.settle(loaded.book, jobId);
  await saveBook(work, loaded);
  await postponePending(work, jobIds);
  return due.length;
}

async function postponePending(sql: Sql, jobIds: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE pending_facts SET retry_at = now() + ${RETRY_PENDING}
      WHERE job_id = ANY($1) AND retry_at <= now()`,
    [jobIds],
  );
}

/** Forgets facts about jobs that never came. A job whose decision is a week late will not be decided any more. */
export async function forgetOrphanedFacts(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM pending_facts p WHERE p.created_at < now() - interval '7 days'
        AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = p.job_id)`,
  );
}
