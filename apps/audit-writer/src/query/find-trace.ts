import type { AuditEntry } from '@countersign/audit-log';
import { EventType } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';

/** One entry as a trace shows it. */
export interface TraceItem {
  readonly seq: number;
  /** The broker's time, RFC 3339. */
  readonly at: string;
  readonly type: string | null;
  readonly subject: string;
  readonly job_id: string | null;
  readonly summary: AuditEntry['summary'];
  readonly hash: string;
}

export interface TracePage {
  readonly items: readonly TraceItem[];
  /** Give it as `after_seq` for the next page; null on the last one. */
  readonly next: number | null;
}

/**
 * The jobs of a trace are those with an entry of the tenant in it. Shown are all their entries that are the tenant's by
 * their own word, or by the job's first decision when they name none, or, undecided, by the gateway that sent it; and
 * the bare request, which knows neither its job nor its trace, by the decision that names it as its cause.
 *
 * What has no column is looked for in the text. That is canonical: a member stands there as `"name":"value"`, which
 * nothing within a string looks like, since its quotes are escaped, and summaries of jobs and decisions have no members
 * of these names. Types are believed together with a tenant only, which no entry with a bad envelope has.
 */
const FIND = `
  WITH jobs AS MATERIALIZED (
    SELECT DISTINCT job_id FROM entries WHERE trace_id = $2 AND tenant_id = $1 AND job_id IS NOT NULL
  ), owned AS MATERIALIZED (
    SELECT job_id,
           (SELECT d.tenant_id FROM entries d
             WHERE d.job_id = jobs.job_id AND d.type = '${EventType.Decision}' AND d.tenant_id IS NOT NULL
             ORDER BY d.seq LIMIT 1) AS decided_for,
           EXISTS (SELECT 1 FROM entries g
             WHERE g.job_id = jobs.job_id AND g.type = '${EventType.Job}' AND g.tenant_id = $1
               AND strpos(g.text, '"subject":"from.gateway.job.') > 0) AS sent_by_gateway
      FROM jobs
  ), found AS (
    SELECT e.seq FROM entries e JOIN owned USING (job_id)
     WHERE e.seq > $3 AND (coalesce(e.tenant_id, decided_for) = $1
        OR e.tenant_id IS NULL AND decided_for IS NULL AND sent_by_gateway)
    UNION SELECT seq FROM entries WHERE trace_id = $2 AND tenant_id = $1 AND seq > $3
    UNION SELECT e.seq FROM jobs JOIN entries d USING (job_id) JOIN entries e
              ON e.event_id = substring(d.text from '"causation_id":"(JOBS:[0-9]+:[0-9]+)"')
     WHERE d.type = '${EventType.Decision}' AND d.tenant_id = $1
       AND e.job_id IS NULL AND e.tenant_id = $1 AND e.seq > $3
  )
  SELECT seq::text AS seq, text, 'sha256:' || encode(hash, 'hex') AS hash
    FROM entries WHERE seq IN (SELECT seq FROM found) ORDER BY entries.seq LIMIT $4`;

/** One page of a tenant's trace, ordered by place in the log. An unknown trace, or another tenant's, is empty. */
export async function findTrace(
  sql: Sql,
  { tenantId, traceId, afterSeq, limit }: TraceQuery,
): Promise<TracePage> {
  const rows = await sql.query<{ seq: string; text: string; hash: string }>(FIND, [
    tenantId,
    traceId,
    afterSeq,
    limit + 1,
  ]);
  const items = rows.slice(0, limit).map(({ seq, text, hash }): TraceItem => {
    const entry = JSON.parse(text) as AuditEntry;
    return {
      seq: Number(seq),
      at: entry.stored_at,
      type: entry.type,
      subject: entry.subject,
      job_id: entry.job_id,
      summary: entry.summary,
      hash,
    };
  });
  return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
}

/** What is asked of {@link findTrace}. */
export interface TraceQuery {
  readonly tenantId: string;
  readonly traceId: string;
  /** Only entries after this place; 0 for all. */
  readonly afterSeq: number;
  readonly limit: number;
}
