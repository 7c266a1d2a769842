import { CodedError } from '@countersign/kernel';
import type { Work } from '@countersign/service-kit';
import { saveRates } from '../rate/rate.store.js';
import { announce } from './announce.js';
import type { Loaded } from './load-book.js';
import { ATTEMPT, attemptColumns, JOB_FIXED, JOB_KEPT, JOB_MOVING, movingColumns } from './job.columns.js';
import type { JobBook } from './job-book.js';
import { keepPending, settlePending } from './pending-facts.store.js';

/** Columns of a new job that its steps do not know. */
export type FixedColumns = Record<keyof typeof JOB_FIXED, unknown>;

const ATTEMPT_UPDATES = Object.keys(ATTEMPT)
  .filter((column) => !['tenant_id', 'job_id', 'attempt'].includes(column))
  .map((column) => `${column} = EXCLUDED.${column}`)
  .join(', ');

const UPDATE_COLUMNS = { job_id: 'text', from_version: 'int', ...JOB_MOVING, ...JOB_KEPT };
/** Texts that the step did not bring stay as they are, and where they are: a large one is not written again. */
const UPDATE_JOBS = `UPDATE jobs j
     SET ${[
       ...Object.keys(JOB_MOVING).map((column) => `${column} = r.${column}`),
       ...Object.keys(JOB_KEPT).map((column) => `${column} = coalesce(r.${column}, j.${column})`),
     ].join(', ')}
    FROM json_to_recordset($1::json) AS r(${Object.entries(UPDATE_COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})
   WHERE j.job_id = r.job_id AND j.version = r.from_version
  RETURNING j.job_id`;

/**
 * Stores what a batch did and emits what follows, all in its transaction. `fixed` gives the columns of new jobs.
 * Throws `version_conflict` when a job changed in between, which its lock should have prevented.
 */
export async function saveBook(
  work: Work,
  { book, rates }: Loaded,
  fixed: ReadonlyMap<string, FixedColumns> = new Map(),
): Promise<void> {
  const told = announce(work, book);
  work.write(insertJobs(work, book, fixed));
  work.write(updateJobs(work, book));
  work.write(
    work.insertMany(
      'attempts',
      ATTEMPT,
      book.changedAttempts().map(attemptColumns),
      `ON CONFLICT (job_id, attempt) DO UPDATE SET ${ATTEMPT_UPDATES}`,
    ),
  );
  work.write(settlePending(work, book.settled));
  work.write(keepPending(work, book.newlyWaiting()));
  work.write(saveRates(work, rates));
  await told;
}

function insertJobs(work: Work, book: JobBook, fixed: ReadonlyMap<string, FixedColumns>): Promise<unknown> {
  const kept = keptTexts(book);
  return work.insertMany(
    'jobs',
    { ...JOB_FIXED, ...JOB_MOVING, ...JOB_KEPT },
    book.newJobs().map(({ job }) => ({
      ...fixed.get(job.jobId),
      ...movingColumns(job),
      ...kept.get(job.jobId),
    })),
  );
}

async function updateJobs(work: Work, book: JobBook): Promise<void> {
  const changed = book.changedJobs();
  if (changed.length === 0) return;
  const kept = keptTexts(book);
  const rows = changed.map(({ job, fromVersion }) => ({
    job_id: job.jobId,
    from_version: fromVersion,
    ...movingColumns(job),
    ...kept.get(job.jobId),
  }));
  const updated = await work.query<{ job_id: string }>(UPDATE_JOBS, [JSON.stringify(rows)]);
  if (updated.length !== changed.length)
    throw new CodedError('version_conflict', 'a job was changed by another transaction');
}

type Kept = { -readonly [Column in keyof typeof JOB_KEPT]?: string };

/** The large texts that the steps of this batch brought, by job. */
function keptTexts(book: JobBook): Map<string, Kept> {
  const texts = new Map<string, Kept>();
  for (const { effect, job } of book.consequences) {
    const kept = texts.get(job.jobId) ?? {};
    if (effect.kind === 'output') kept.output = effect.output;
    else if (effect.kind === 'keep_error') kept.error = effect.error;
    else if (effect.kind === 'keep_approval') kept.approval = effect.text;
    else continue;
    texts.set(job.jobId, kept);
  }
  return texts;
}
