import type { StoredIntake } from '../intake/intake.store.js';
import { intakeOnly, type SchedulerJob } from './job-finder.js';

/** A part of a list, newest id first; `next` is the id to go on after, null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A page of the first `limit` of rows, one more of which was read to see whether there are more. */
export function pageOfRows<T extends { readonly job_id: string }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.job_id ?? null) : null };
}

/**
 * One page of two lists in the same order. The intake must have been read before the scheduler was asked: then a row
 * whose job is missing from the scheduler's page, within its reach, is a job that the scheduler did not have.
 */
export function joinPages(
  intake: Page<StoredIntake>,
  scheduled: Page<SchedulerJob>,
  limit: number,
): Page<{ readonly job_id: string }> {
  const known = new Map(scheduled.items.map((job) => [job.job_id, job]));
  const jobs = new Map<string, { readonly job_id: string }>(known);
  for (const row of intake.items) {
    const job = intakeOnly(row, known.get(row.job_id));
    if (job) jobs.set(row.job_id, job);
  }
  // Below the end of either page the other one says nothing about what is missing.
  const reach = [intake.next ?? '', scheduled.next ?? ''].sort().at(-1) ?? '';
  const all = [...jobs.values()]
    .filter((job) => job.job_id >= reach)
    .sort((a, b) => (a.job_id < b.job_id ? 1 : -1));
  const page = pageOfRows(all, limit);
  return { items: page.items, next: page.next ?? (reach === '' ? null : reach) };
}
