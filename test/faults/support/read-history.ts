import type { AuditEntry } from '@countersign/audit-log';
import type { JobState, AttemptState } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type pg from 'pg';
import type { ApprovalRow, DecisionRow, History, IntakeRow } from '../checker/history.js';

/** Times are compared with the broker's, so they keep their fraction of a millisecond. */
const ms = (column: string, name: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS "${name}"`;
const ROW = `job_id AS "jobId", tenant_id AS "tenantId", job_hash AS "jobHash"`;

/** The half of a history that is in PostgreSQL, over all schemas, as the superuser sees it. */
export async function readDatabase(
  database: pg.Pool,
): Promise<Omit<History, 'accepted' | 'tap' | 'effects' | 'secrets' | 'tokens'>> {
  const rowsOf = async <T extends pg.QueryResultRow>(text: string) => (await database.query<T>(text)).rows;
  const jobs = await rowsOf<{
    jobId: string;
    tenantId: string;
    jobHash: string;
    state: JobState;
    job: string;
    output: string | null;
  }>(`SELECT ${ROW}, state, job, output FROM scheduler.jobs`);
  const log = await rowsOf<{ seq: string; text: string; hash: string } & Record<string, unknown>>(
    `SELECT seq::text, text, 'sha256:' || encode(hash, 'hex') AS hash, event_id, type, tenant_id, job_id, trace_id FROM audit_writer.entries ORDER BY entries.seq`,
  );
  const [head] = await rowsOf<{ seq: string; hash: string }>('SELECT seq::text, hash FROM audit_writer.head');
  if (!head) throw new Error('the audit log has no head');
  const snapshots = await rowsOf<{ hash: string }>('SELECT hash FROM policy_evaluator.snapshots');
  return {
    decisions: await rowsOf<DecisionRow & pg.QueryResultRow>(
      `SELECT ${ROW}, type, policy_snapshot AS "policySnapshot", ${ms('decided_at', 'decidedAtMs')}, message AS text
         FROM policy_evaluator.decisions`,
    ),
    snapshots: new Set(snapshots.map(({ hash }) => hash)),
    approvals: await rowsOf<ApprovalRow & pg.QueryResultRow>(
      `SELECT ${ROW}, kind, state, coalesce(job, '') || findings AS text, ${ms('created_at', 'createdAtMs')},
              ${ms('expires_at', 'expiresAtMs')}, ${ms('resolved_at', 'resolvedAtMs')} FROM approval_service.approvals`,
    ),
    jobs: jobs.map(({ job, output, ...row }) => ({
      ...row,
      bytesDigest: sha256Digest(job),
      text: `${job}${output ?? ''}`,
    })),
    attempts: await rowsOf<{
      jobId: string;
      attempt: number;
      state: AttemptState;
      leaseId: string | null;
      resultDigest: string | null;
    }>(
      `SELECT job_id AS "jobId", attempt, state, lease_id AS "leaseId", result_digest AS "resultDigest"
         FROM scheduler.attempts`,
    ),
    intake: await rowsOf<IntakeRow & pg.QueryResultRow>(
      `SELECT ${ROW}, ended_code AS "endedCode" FROM gateway.intake`,
    ),
    log: log.map(({ seq, text, hash }) => ({
      seq: Number(seq),
      text,
      hash,
      entry: JSON.parse(text) as AuditEntry,
    })),
    head: { seq: Number(head.seq), hash: head.hash },
  };
}
