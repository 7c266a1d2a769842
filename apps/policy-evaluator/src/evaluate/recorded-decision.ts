import type { CanonicalJob, Decision } from '@countersign/contracts';
import { canonicalJson, parseStrictJson, type JsonValue } from '@countersign/kernel';
import { type PolicyRequest, policyRequestOf, withRecordedInput } from '@countersign/policy-engine';
import type { Sql } from '@countersign/persistence';
import type { Answer } from './answer.js';

/** The members by which two answers differ for whoever acts on them. */
const COMPARED = [
  'type',
  'rule_ids',
  'reason',
  'reason_code',
  'derived_tags',
  'constraints',
  'obligations',
] as const satisfies readonly (keyof Answer)[];
export type Difference = (typeof COMPARED)[number];

/** A tenant's decision about a job, under the eyes of row-level security; undefined when it has none. */
export async function findDecision(sql: Sql, tenant: string, jobId: string): Promise<Decision | undefined> {
  const [row] = await sql.query<{ message: string }>(
    'SELECT message FROM decisions WHERE tenant_id = $1 AND job_id = $2',
    [tenant, jobId],
  );
  return row && readDecision(row.message);
}

/** Decisions by the ids of their jobs, whichever tenants' they are: for what other services ask under the own role. */
export async function findDecisions(
  sql: Sql,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, Decision>> {
  const rows = await sql.query<{ job_id: string; message: string }>(
    'SELECT job_id, message FROM decisions WHERE job_id = ANY($1)',
    [[...jobIds]],
  );
  return new Map(rows.map(({ job_id, message }) => [job_id, readDecision(message)]));
}

/** A decision as it was stored. */
export const readDecision = (message: string): Decision => JSON.parse(message) as Decision;

/** What was asked when a decision was made, with what was found in the job then; at another time, if one is given. */
export function questionBehind(decision: Omit<Decision, 'seal'>, now = decision.evaluated_at): PolicyRequest {
  const parsed = parseStrictJson(decision.job);
  if (!parsed.ok) throw new TypeError(`the job of the decision ${decision.decision_id} can't be read`);
  const request = policyRequestOf(parsed.value as unknown as CanonicalJob, decision.verified, now);
  return withRecordedInput(request, decision.input);
}

/** In what two answers differ; nothing when they are the same. */
export function differencesOf(before: Answer, after: Answer): readonly Difference[] {
  return COMPARED.filter((member) => textOf(before[member]) !== textOf(after[member]));
}

const textOf = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue);
