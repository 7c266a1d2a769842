import type { Sql } from '@countersign/persistence';
import type { JobFact } from './job-fact.js';

const KEY = { job_id: 'text', kind: 'text', event_id: 'text' } as const;

/** Keeps facts that came before what they are about. A repeated one is kept once. */
export function keepPending(sql: Sql, facts: readonly JobFact[]): Promise<unknown> {
  return sql.insertMany(
    'pending_facts',
    { ...KEY, fact: 'text' },
    facts.map((fact) => ({ ...keyOf(fact), fact: JSON.stringify(fact) })),
    'ON CONFLICT DO NOTHING',
  );
}

/** Removes facts that have been taken, or refused. */
export function settlePending(sql: Sql, facts: readonly JobFact[]): Promise<unknown> {
  if (facts.length === 0) return Promise.resolve();
  return sql.query(
    `DELETE FROM pending_facts p USING json_to_recordset($1::json) AS r(job_id text, kind text, event_id text)
      WHERE p.job_id = r.job_id AND p.kind = r.kind AND p.event_id = r.event_id`,
    [JSON.stringify(facts.map(keyOf))],
  );
}

function keyOf(fact: JobFact): Record<keyof typeof KEY, string> {
  return { job_id: fact.jobId, kind: fact.kind, event_id: fact.cause.id };
}
