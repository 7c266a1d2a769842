import { JobState, type BlobRef } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { SELECT_JOB_JSON, withAttempts, type JobRow } from './job-json.js';
import { DEFAULT_PAGE, type AboutJob, type AboutJobs } from './questions.js';

type NotFound = { readonly ok: false; readonly code: 'not_found' };

/** One job of a tenant, with its attempts. */
export async function getJob(
  sql: Sql,
  { tenant_id, job_id }: AboutJob,
): Promise<{ readonly ok: true; readonly job: object } | NotFound> {
  const rows = await sql.query<JobRow>(
    `SELECT ${SELECT_JOB_JSON} FROM jobs j WHERE j.tenant_id = $1 AND j.job_id = $2`,
    [tenant_id, job_id],
  );
  const [job] = await withAttempts(sql, rows);
  return job ? { ok: true, job } : { ok: false, code: 'not_found' };
}

/** A page of a tenant's jobs, newest first; `next` is null on the last page. */
export async function listJobs(
  sql: Sql,
  { tenant_id, state, limit = DEFAULT_PAGE, after }: AboutJobs,
): Promise<{ readonly ok: true; readonly items: readonly object[]; readonly next: string | null }> {
  const rows = await sql.query<JobRow>(
    `SELECT ${SELECT_JOB_JSON} FROM jobs j
      WHERE j.tenant_id = $1 AND ($2::text IS NULL OR j.state = $2) AND ($3::text IS NULL OR j.job_id < $3)
      ORDER BY j.job_id DESC LIMIT $4`,
    [tenant_id, state ?? null, after ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? (page.at(-1)?.job_id ?? null) : null;
  return { ok: true, items: await withAttempts(sql, page), next };
}

interface OutputRow {
  readonly state: JobState;
  readonly output_kind: string | null;
  readonly released: string | null;
  readonly output: string | null;
  /** JSON text. */
  readonly output_blob: string | null;
}

type ReleasedOutput =
  | {
      readonly ok: true;
      readonly job_id: string;
      readonly state: JobState;
      readonly kind: string | null;
      readonly released: string;
      /** Null where the output is a blob. */
      readonly output: string | null;
      readonly output_blob?: BlobRef;
    }
  | { readonly ok: false; readonly code: 'not_released'; readonly state: JobState }
  | NotFound;

/** The released output of a job, as the text that was scanned or the name of the blob that was. There is no other way to an output. */
export async function getOutput(sql: Sql, { tenant_id, job_id }: AboutJob): Promise<ReleasedOutput> {
  const [row] = await sql.query<OutputRow>(
    'SELECT state, output_kind, released, output, output_blob FROM jobs WHERE tenant_id = $1 AND job_id = $2',
    [tenant_id, job_id],
  );
  if (!row) return { ok: false, code: 'not_found' };
  const { state, output_kind: kind, released, output, output_blob: blob } = row;
  if (state !== JobState.Completed || released === null || (output === null && blob === null))
    return { ok: false, code: 'not_released', state };
  const ofBlob = blob === null ? {} : { output_blob: JSON.parse(blob) as BlobRef };
  return { ok: true, job_id, state, kind, released, output, ...ofBlob };
}
