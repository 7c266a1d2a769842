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

/**
 * Stores what a batch did and emits what follows, all in its transaction. `fixed` gives the columns of new jobs.
 * Throws `version_conflict` when a job changed in between, which its lock should have prevented.
 */
export async function saveBook(
  work: Work,
  { book, rates }: Loaded,
  fixed: ReadonlyMap<string, FixedColumns> = new Map(),
): Promise<void> {
  await insertJobs(work, book, fixed);
  await updateJobs(work, book);
  await work.insertMany(
    'attempts',
    ATTEMPT,
    book.changedAttempts().map(attemptColumns),
    `ON CONFLICT (job_id, attempt) DO UPDATE SET ${ATTEMPT_UPDATES}`,
  );
  await settlePending(work, book.settled);
  await keepPending(work, book.newlyWaiting());
  await saveRates(work, rates);
  await announce(work, book);
}

async function insertJobs(
  work: Work,
  book: JobBook,
  fixed: ReadonlyMap<string, FixedColumns>,
): Promise<void> {
  const kept = keptTexts(book);
  await work.insertMany(
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
  const columns = Object.entries({ job_id: 'text', from_version: 'int', ...JOB_MOVING });
  const sets = Object.keys(JOB_MOVING).map((column) => `${column} = r.${column}`);
  const rows = changed.map(({ job, fromVersion }) => ({
    job_id: job.jobId,
    from_version: fromVersion,
    ...movingColumns(job),
  }));
  const updated = await work.query<{ job_id: string }>(
    `UPDATE jobs j SET ${sets.join(', ')}
       FROM json_to_recordset($1::json) AS r(${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
      WHERE j.job_id = r.job_id AND j.version = r.from_version
      RETURNING j.job_id`,
    [JSON.stringify(rows)],
  );
  if (updated.length !== changed.length)
    throw new CodedError('version_conflict', 'a job was changed by another transaction');
  const isNew = new Set(book.newJobs().map(({ job }) => job.jobId));
  const kept = [...keptTexts(book)].filter(([jobId]) => !isNew.has(jobId));
  for (const column of Object.keys(JOB_KEPT) as (keyof typeof JOB_KEPT)[])
    await work.updateMany(
      'jobs',
      { job_id: 'text' },
      { [column]: 'text' },
      kept.flatMap(([job_id, texts]) =>
        texts[column] === undefined ? [] : [{ job_id, [column]: texts[column] }],
      ),
    );
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
