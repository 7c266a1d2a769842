import { JobState } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { loadRates } from '../rate/rate.store.js';
import type { RateDemand } from '../rate/rate.store.js';
import type { Attempt, Job } from './job.js';
import { JobBook } from './job-book.js';
import { millisOf, SELECT_ATTEMPT, SELECT_JOB } from './job.columns.js';
import type { JobFact } from './job-fact.js';
import type { JobRules } from './job-rules.js';
import { RateLedger } from '../rate/rate-ledger.js';

/** The book of a batch, and the rates it counts in. */
export interface Loaded {
  readonly book: JobBook;
  readonly rates: RateLedger;
}

/**
 * Locks the jobs of a batch in the order of their ids, and reads them with their latest attempts, the facts that wait
 * for them, and the rates that new (`demands`) and waiting jobs count in. The time is taken after the locks.
 */
export async function loadBook(
  sql: Sql,
  jobIds: Iterable<string>,
  rules: JobRules,
  demands: readonly RateDemand[] = [],
): Promise<Loaded> {
  const ids = [...new Set(jobIds)].sort();
  // Sent together, run one after the other: each sees what was committed while the one before waited for its locks.
  const [jobs, attempts, pending, earlyClock] = await Promise.all([
    sql.query<Job>(`SELECT ${SELECT_JOB} FROM jobs j WHERE j.job_id = ANY($1) ORDER BY j.job_id FOR UPDATE`, [
      ids,
    ]),
    // Whoever changes an attempt or a waiting fact holds its job's lock, or that of the running attempt alone.
    sql.query<Attempt>(
      `SELECT ${SELECT_ATTEMPT} FROM attempts a JOIN jobs j ON j.job_id = a.job_id AND j.attempt = a.attempt
        WHERE a.job_id = ANY($1) ORDER BY a.job_id FOR UPDATE OF a`,
      [ids],
    ),
    sql.query<{ fact: string }>(
      `SELECT fact FROM pending_facts WHERE job_id = ANY($1) ORDER BY created_at, event_id FOR UPDATE`,
      [ids],
    ),
    readClock(sql),
  ]);
  const waitingForApproval = jobs.flatMap((job): RateDemand[] =>
    job.throttle !== null && job.state === JobState.PendingApproval
      ? [{ subject: job, limits: job.throttle.limits }]
      : [],
  );
  const counted = [...demands, ...waitingForApproval];
  const rates = await loadRates(sql, counted);
  const nowMs = counted.length > 0 ? await readClock(sql) : earlyClock;
  const byJob = new Map(attempts.map((attempt) => [attempt.jobId, attempt]));
  const book = new JobBook(
    nowMs,
    rules.poolOf,
    jobs.map((job) => ({ job, attempt: byJob.get(job.jobId) })),
    pending.map(({ fact }) => JSON.parse(fact) as JobFact),
    rates,
    (fact) => fact.kind === 'approval' && !rules.seals.ofApproval(fact.approval),
  );
  return { book, rates };
}

async function readClock(sql: Sql): Promise<number> {
  const [clock] = await sql.query<{ nowMs: number }>(`SELECT ${millisOf('clock_timestamp()')} AS "nowMs"`);
  if (!clock) throw new Error('the database tells no time');
  return clock.nowMs;
}
