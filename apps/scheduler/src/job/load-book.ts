import { JobState } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { loadRates } from '../rate/rate.store.js';
import type { RateDemand } from '../rate/rate.store.js';
import type { Attempt, Job } from './job.js';
import { JobBook } from './job-book.js';
import { millisOf, SELECT_ATTEMPT, SELECT_JOB } from './job.columns.js';
import type { JobFact } from './job-fact.js';
import { RateLedger } from '../rate/rate-ledger.js';

/** Gives the pool that takes a topic. */
export type PoolOf = (topic: string) => string | undefined;

/** The book of a batch, and the rates it counts in. */
export interface Loaded {
  readonly book: JobBook;
  readonly rates: RateLedger;
}

const IDS = '(SELECT value FROM json_array_elements_text($1::json))';

/**
 * Locks the jobs of a batch in the order of their ids, and reads them with their latest attempts, the facts that wait
 * for them, and the rates that new (`demands`) and waiting jobs count in. The time is taken after the locks.
 */
export async function loadBook(
  sql: Sql,
  jobIds: Iterable<string>,
  poolOf: PoolOf,
  demands: readonly RateDemand[] = [],
): Promise<Loaded> {
  const ids = JSON.stringify([...new Set(jobIds)].sort());
  const jobs = await sql.query<Job>(
    `SELECT ${SELECT_JOB} FROM jobs j WHERE j.job_id IN ${IDS} ORDER BY j.job_id FOR UPDATE`,
    [ids],
  );
  // A statement of its own: after a wait for a lock, a join would still show the attempt of before.
  const attempts = await sql.query<Attempt>(
    `SELECT ${SELECT_ATTEMPT} FROM attempts a JOIN jobs j ON j.job_id = a.job_id AND j.attempt = a.attempt
      WHERE a.job_id IN ${IDS} ORDER BY a.job_id FOR UPDATE OF a`,
    [ids],
  );
  const pending = await sql.query<{ fact: string }>(
    `SELECT fact FROM pending_facts WHERE job_id IN ${IDS} ORDER BY created_at, event_id FOR UPDATE`,
    [ids],
  );
  const waitingForApproval = jobs.flatMap((job): RateDemand[] =>
    job.throttle !== null && job.state === JobState.PendingApproval
      ? [{ subject: job, limits: job.throttle.limits }]
      : [],
  );
  const rates = await loadRates(sql, [...demands, ...waitingForApproval]);
  const [clock] = await sql.query<{ nowMs: number }>(`SELECT ${millisOf('clock_timestamp()')} AS "nowMs"`);
  if (!clock) throw new Error('the database tells no time');
  const byJob = new Map(attempts.map((attempt) => [attempt.jobId, attempt]));
  const book = new JobBook(
    clock.nowMs,
    poolOf,
    jobs.map((job) => ({ job, attempt: byJob.get(job.jobId) })),
    pending.map(({ fact }) => JSON.parse(fact) as JobFact),
    rates,
  );
  return { book, rates };
}
