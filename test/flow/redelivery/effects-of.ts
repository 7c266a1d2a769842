import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventType } from '@countersign/contracts';
import type { TestPlatform } from '../support/platform.js';

const SOURCES = {
  decisions: 'policy_evaluator.decisions',
  approvals: 'approval_service.approvals',
  attempts: 'scheduler.attempts',
  verdicts: 'output_scanner.verdicts',
} as const;

/**
 * How often each thing happened to a job: rows of state by table, messages in the audit log by type. A worker that is
 * started again says its last results again, in messages of their own; the same result counts once.
 */
export async function effectsOf(platform: TestPlatform, jobId: string): Promise<Record<string, number>> {
  const effects: Record<string, number> = {};
  for (const [name, table] of Object.entries(SOURCES)) {
    const { rows } = await platform.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE job_id = $1`,
      [jobId],
    );
    effects[name] = rows[0]!.n;
  }
  const { rows } = await platform.database.query<{ type: string; n: number }>(
    `SELECT type, count(DISTINCT text::json ->> CASE type WHEN $2 THEN 'body_sha256' ELSE 'event_id' END)::int AS n
       FROM audit_writer.entries WHERE job_id = $1 AND type <> $3 GROUP BY type`,
    [jobId, EventType.Result, EventType.JobEvent],
  );
  for (const { type, n } of rows) effects[type] = n;
  return effects;
}

/** How often a note stands on the ticket that writes change when they name none: what the runs did to the world. */
export async function timesNoted(platform: TestPlatform, note: string): Promise<number> {
  const text = await readFile(join(platform.workerDir, 'tickets/T-1.json'), 'utf8');
  const { notes } = JSON.parse(text) as { readonly notes: readonly string[] };
  return notes.filter((candidate) => candidate === note).length;
}
