import type { Sql } from '@countersign/persistence';

/** What is stored of a job besides its steps: what it was decided by, and what its bytes come to now. */
export interface StoredBasis {
  readonly jobId: string;
  /** SHA-256 of the stored canonical bytes, computed from them by this very question. */
  readonly textHash: string;
  /** The decision as JSON text, without the job's bytes. */
  readonly decision: string;
  /** The resolution of the question to the reviewers, as JSON text. */
  readonly approval: string | null;
}

/** Reads what warrants the runs of jobs, by job id. The bytes are hashed where they are: they need not travel. */
export async function loadBases(
  sql: Sql,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, StoredBasis>> {
  const rows = await sql.query<StoredBasis>(
    `SELECT job_id AS "jobId", 'sha256:' || encode(sha256(convert_to(job, 'UTF8')), 'hex') AS "textHash",
            decision, approval
       FROM jobs WHERE job_id = ANY($1)`,
    [jobIds],
  );
  return new Map(rows.map((row) => [row.jobId, row]));
}
