import { chainEntry, type AuditEntry, type ChainHead } from '@countersign/audit-log';
import { EventType } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Draft, Message } from '../read-message/message.js';
import { renamed, selectFresh, type Identity } from './select-fresh.js';

/** Any constant: it names the lock under which one transaction at a time appends, whatever the number of processes. */
const APPEND_LOCK = 7_305_312;

/** The columns of an entry, in the table's order. All but text and hash are copies of members of the text. */
const ENTRY_COLUMNS = {
  seq: 'bigint',
  event_id: 'text',
  stream: 'text',
  subject: 'text',
  type: 'text',
  tenant_id: 'text',
  job_id: 'text',
  trace_id: 'text',
  causation_id: 'text',
  body_sha256: 'text',
  text: 'text',
  hash: 'text',
} as const;

/**
 * Appends what is new of the messages to the log, within the caller's transaction, in order and without gaps.
 * Returns the number of the first new entry, or undefined when everything was in the log already.
 */
export async function appendEntries(sql: Sql, messages: readonly Message[]): Promise<number | undefined> {
  const drafts = messages.flatMap((message) => message.drafts);
  if (drafts.length === 0) return undefined;
  await sql.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
  const { head, now } = await lockHead(sql);
  const first = selectFresh(drafts, await knownOf(sql, drafts));
  const again = renamed(first.clashing);
  const second = again.length > 0 ? selectFresh(again, await knownOf(sql, again)) : { fresh: [] };
  const fresh = [...first.fresh, ...second.fresh];
  if (fresh.length === 0) return undefined;
  const chained = chain(head, fresh, now);
  await sql.insertMany('entries', ENTRY_COLUMNS, chained.rows);
  await sql.query('UPDATE head SET seq = $1, hash = $2', [chained.head.seq, chained.head.hash]);
  await projectTenants(sql, fresh);
  return head.seq + 1;
}

// Only the columns: a summary may hold U+0000, which is escaped in the text but which PostgreSQL takes in no JSON member.
function columnsOf(entry: AuditEntry, chained: { readonly text: string; readonly hash: string }): object {
  const {
    source: _source,
    stored_at: _stored,
    recorded_at: _recorded,
    summary: _summary,
    ...columns
  } = entry;
  return { ...columns, ...chained };
}

async function lockHead(sql: Sql): Promise<{ head: ChainHead; now: string }> {
  const [row] = await sql.query<{ seq: string; hash: string; now: Date }>(
    'SELECT seq::text AS seq, hash, now() AS now FROM head FOR UPDATE',
  );
  if (!row) throw new Error('the head of the audit log is missing');
  return { head: { seq: Number(row.seq), hash: row.hash }, now: row.now.toISOString() };
}

async function knownOf(sql: Sql, drafts: readonly Draft[]): Promise<Map<string, Identity>> {
  const rows = await sql.query<Identity & { event_id: string }>(
    `SELECT event_id, stream, subject, body_sha256 FROM entries
      WHERE event_id IN (SELECT value FROM json_array_elements_text($1::json))`,
    [JSON.stringify([...new Set(drafts.map((draft) => draft.event_id))])],
  );
  return new Map(rows.map((row) => [row.event_id, row]));
}

/** Gives drafts their places after a head. */
export function chain(
  head: ChainHead,
  drafts: readonly Draft[],
  recordedAt: string,
): { readonly rows: readonly object[]; readonly head: ChainHead } {
  const rows: object[] = [];
  let last = head;
  for (const { fallback_id: _, ...draft } of drafts) {
    const entry: AuditEntry = { ...draft, seq: last.seq + 1, recorded_at: recordedAt };
    const chained = chainEntry(last.hash, entry);
    rows.push(columnsOf(entry, chained));
    last = { seq: entry.seq, hash: chained.hash };
  }
  return { rows, head: last };
}

/**
 * Remembers whose job it is, for entries that do not say. Only a decision counts, and the first one: a job's own
 * claim is not verified, and whoever reuses another tenant's job id later must not see its entries.
 */
async function projectTenants(sql: Sql, fresh: readonly Draft[]): Promise<void> {
  const rows = fresh
    .filter((d) => d.type === EventType.Decision && d.job_id !== null && d.tenant_id !== null)
    .map(({ job_id, tenant_id, trace_id }) => ({ job_id, tenant_id, trace_id }));
  await sql.insertMany(
    'job_tenants',
    { job_id: 'text', tenant_id: 'text', trace_id: 'text' },
    rows,
    'ON CONFLICT (job_id) DO NOTHING',
  );
}
