import { JobEvent, STREAMS, type DeadLetter } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Fact, Work } from '@countersign/service-kit';
import type { JobRules } from '../job/job-rules.js';
import { loadBook } from '../job/load-book.js';
import { saveBook } from '../job/save-book.js';

/** How long a dead letter may be mended before its job is given up, in minutes (design, "Guarantees"). */
const GRACE_MIN = 15;
/** Jobs given up in one transaction. */
export const BURY_BATCH = 256;

/** The streams whose messages move a job on. A lost event or output leaves a job as it is. */
const MOVES_JOBS: ReadonlySet<string> = new Set(
  [STREAMS.JOBS, STREAMS.DECISIONS, STREAMS.APPROVALS, STREAMS.RESULTS, STREAMS.VERDICTS].map(
    (stream) => stream.name,
  ),
);

/** Notes the jobs that can't go on because a message of theirs could not be handled; only where the job is certain. */
export async function noteDeadJobs(sql: Sql, facts: readonly Fact<DeadLetter>[]): Promise<void> {
  const rows = facts.flatMap(({ body }) =>
    body.verified && body.job_id !== null && MOVES_JOBS.has(body.stream)
      ? [{ dead_letter_id: body.dead_letter_id, job_id: body.job_id }]
      : [],
  );
  await sql.insertMany(
    'dead_jobs',
    { dead_letter_id: 'text', job_id: 'text' },
    rows,
    'ON CONFLICT (dead_letter_id) DO NOTHING',
  );
}

/** Ends one batch of noted jobs whose time is over; one that has ended meanwhile stays as it is. Gives their number. */
export async function endDeadJobs(work: Work, rules: JobRules): Promise<number> {
  const due = await work.query<{ job_id: string }>(
    `DELETE FROM dead_jobs WHERE dead_letter_id IN (
       SELECT dead_letter_id FROM dead_jobs WHERE noted_at <= now() - interval '${GRACE_MIN} minutes'
        ORDER BY noted_at LIMIT ${BURY_BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING job_id`,
  );
  if (due.length === 0) return 0;
  const loaded = await loadBook(
    work,
    due.map((row) => row.job_id),
    rules,
  );
  for (const { job_id } of due) loaded.book.apply(job_id, { by: JobEvent.DeadLettered }, undefined, true);
  await saveBook(work, loaded);
  return due.length;
}
