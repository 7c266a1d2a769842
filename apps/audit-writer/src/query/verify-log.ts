import {
  ChainProblem,
  GENESIS,
  verifyChain,
  type ChainHead,
  type ChainRow,
  type ChainVerdict,
} from '@countersign/audit-log';
import type { Sql } from '@countersign/persistence';

/** Rows per statement: about 2 MB, checked in some 50 ms, after which other work gets its turn. */
const PAGE = 1000;

interface StoredRow {
  readonly seq: string;
  readonly event_id: string;
  readonly type: string | null;
  readonly tenant_id: string | null;
  readonly job_id: string | null;
  readonly trace_id: string | null;
  readonly text: string;
  readonly hash: string;
}

/**
 * Checks the whole log as it is at the start of the call, page by page: the chain, the columns beside it, and that it
 * ends at its head. Entries appended meanwhile are left for the next time.
 */
export async function verifyLog(sql: Sql, pageSize = PAGE): Promise<ChainVerdict> {
  // One statement, one snapshot: an append between two would look like a wrong head.
  const [end] = await sql.query<{ seq: string; hash: string; last: string }>(
    `SELECT seq::text AS seq, hash, (SELECT coalesce(max(seq), 0)::text FROM entries) AS last FROM head`,
  );
  if (!end) return { ok: false, seq: 0, problem: ChainProblem.OtherHead };
  const known: ChainHead = { seq: Number(end.seq), hash: end.hash };
  let head = GENESIS;
  let entries = 0;
  for (let rows = await pageAfter(sql, null, known.seq, pageSize); rows.length > 0;) {
    const verdict = verifyChain(rows, head);
    if (!verdict.ok) return verdict;
    head = verdict.head;
    entries += verdict.entries;
    rows = await pageAfter(sql, head.seq, known.seq, pageSize);
  }
  const verdict = verifyChain([], head, known);
  if (!verdict.ok) return verdict;
  if (Number(end.last) > known.seq)
    return { ok: false, seq: known.seq + 1, problem: ChainProblem.BeyondHead };
  return { ok: true, entries, head };
}

async function pageAfter(sql: Sql, after: number | null, upTo: number, limit: number): Promise<ChainRow[]> {
  const rows = await sql.query<StoredRow>(
    `SELECT seq::text AS seq, event_id, type, tenant_id, job_id, trace_id, text,
            'sha256:' || encode(hash, 'hex') AS hash
       FROM entries WHERE ($1::bigint IS NULL OR seq > $1) AND seq <= $2 ORDER BY entries.seq LIMIT $3`,
    [after, upTo, limit],
  );
  return rows.map(({ seq, text, hash, ...copies }) => ({ seq: Number(seq), text, hash, copies }));
}
