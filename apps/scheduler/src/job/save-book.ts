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
/**
 * Texts that the step did not bring stay as they are, and where they are: a large one is not written again. A version
 * that is not the one read becomes NULL, which its column refuses: then nothing of the batch is stored.
 */
const UPDATE_JOBS = `UPDATE jobs j
     SET ${[
       'version = CASE WHEN j.version = r.from_version THEN r.version END',
       ...Object.keys(JOB_MOVING)
         .filter((column) => column !== 'version')
         .map((column) => `${column} = r.${column}`),
       ...Object.keys(JOB_KEPT).map((column) => `${column} = coalesce(r.${column}, j.${column})`),
     ].join(', ')}
    FROM json_to_recordset($1::json) AS r(${Object.entries(UPDATE_COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})
   WHERE j.job_id = r.job_id`;

/**
 * Stores what a batch did and emits what follows, all in its transaction. `fixed` gives the columns of new jobs.
 * Nothing is stored when a job changed in between, which its lock should have prevented.
 */
export async function saveBook(
  work: Work,
  { book, rates }: Loaded,
  fixed: ReadonlyMap<string, FixedColumns> = new Map(),
): Promise<void> {
  const told = announce(work, book);
  // None of these is waited for: they travel with the commit.
  void insertJobs(work, book, fixed);
  void updateJobs(work, book);
  void work.insertMany(
    'attempts',
    ATTEMPT,
    book.changedAttempts().map(attemptColumns),
    `ON CONFLICT (job_id, attempt) DO UPDATE SET ${ATTEMPT_UPDATES}`,
  );
  void settlePending(work, book.settled);
  void keepPending(work, book.newlyWaiting());
  void saveRates(work, rates);
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

function updateJobs(work: Work, book: JobBook): Promise<unknown> {
  const changed = book.changedJobs();
  if (changed.length === 0) return Promise.resolve();
  const kept = keptTexts(book);
  const rows = changed.map(({ job, fromVersion }) => ({
    job_id: job.jobId,
    from_version: fromVersion,
    ...movingColumns(job),
    ...kept.get(job.jobId),
  }));
  return work.query(UPDATE_JOBS, [JSON.stringify(rows)]);
}

type Kept = { -readonly [Column in keyof typeof JOB_KEPT]?: string };

/** The large texts that the steps of this batch brought, by job. */
function keptTexts(book: JobBook): Map<string, Kept> {
  const texts = new Map<string, Kept>();
  for (const { effect, job } of book.consequences) {
    const kept = texts.get(job.jobId) ?? {};
    if (effect.kind === 'output' && typeof effect.output === 'string') kept.output = effect.output;
    else if (effect.kind === 'output') kept.output_blob = JSON.stringify(effect.output);
    else if (effect.kind === 'keep_error') kept.error = effect.error;
    else if (effect.kind === 'keep_approval') kept.approval = effect.text;
    else continue;
    texts.set(job.jobId, kept);
  }
  return texts;
}
