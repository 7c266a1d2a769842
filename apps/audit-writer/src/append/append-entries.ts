import { chainEntry, type AuditEntry, type ChainHead, type ChainRow } from '@countersign/audit-log';
import type { Sql } from '@countersign/persistence';
import type { Draft, Message } from '../read-message/message.js';
import { hexArray, textArray } from './array-parameter.js';
import { renamed, selectFresh, type Identity } from './select-fresh.js';

const HASH_PREFIX = 'sha256:';
const HASH_BYTES = 32;

/** What an append did. */
export interface Appended {
  /** The number of the first new entry; undefined when everything was in the log already. */
  readonly firstSeq: number | undefined;
  /** What was in the log before. */
  readonly repeated: readonly Draft[];
}

/** Appends what is new of the messages to the log, within the caller's transaction, in order and without gaps. */
export async function appendEntries(sql: Sql, messages: readonly Message[]): Promise<Appended> {
  const drafts = messages.flatMap((message) => message.drafts);
  if (drafts.length === 0) return { firstSeq: undefined, repeated: [] };
  // Sent together, run in this order: who asks what is known begins when the head is locked, and sees all entries.
  const [{ head, now }, known] = await Promise.all([lockHead(sql), knownOf(sql, drafts)]);
  const first = selectFresh(drafts, known);
  const again = renamed(first.clashing);
  const second = again.length > 0 ? selectFresh(again, await knownOf(sql, again)) : undefined;
  const fresh = second ? [...first.fresh, ...second.fresh] : first.fresh;
  const repeated = first.repeated;
  if (fresh.length === 0) return { firstSeq: undefined, repeated };
  const chained = chain(head, fresh, now);
  insertEntries(sql, chained);
  return { firstSeq: head.seq + 1, repeated };
}

/** One transaction at a time appends, whatever the number of processes: the others wait here for its head. */
async function lockHead(sql: Sql): Promise<{ head: ChainHead; now: string }> {
  const [row] = await sql.query<{ seq: string; hash: string; now: Date }>(
    'SELECT seq::text AS seq, hash, now() AS now FROM head FOR UPDATE',
  );
  if (!row) throw new Error('the head of the audit log is missing');
  return { head: { seq: Number(row.seq), hash: row.hash }, now: row.now.toISOString() };
}

async function knownOf(sql: Sql, drafts: readonly Draft[]): Promise<Map<string, Identity>> {
  const rows = await sql.query<{ event_id: string; text: string }>(
    'SELECT event_id, text FROM entries WHERE event_id = ANY($1::text[])',
    [textArray(drafts.map((draft) => draft.event_id))],
  );
  return new Map(rows.map((row) => [row.event_id, JSON.parse(row.text) as AuditEntry]));
}

/** An entry as it is stored: {@link ChainRow} and the members that are looked for. */
export interface EntryRow extends ChainRow {
  readonly entry: AuditEntry;
}

/** Entries in their order, and the head of the log with them. */
export interface Chained {
  readonly rows: readonly EntryRow[];
  readonly head: ChainHead;
}

/** Gives drafts their places after a head. */
export function chain(head: ChainHead, drafts: readonly Draft[], recordedAt: string): Chained {
  let last = head;
  const rows = drafts.map((draft): EntryRow => {
    const entry: AuditEntry = {
      seq: last.seq + 1,
      event_id: draft.event_id,
      stream: draft.stream,
      subject: draft.subject,
      type: draft.type,
      source: draft.source,
      tenant_id: draft.tenant_id,
      job_id: draft.job_id,
      trace_id: draft.trace_id,
      causation_id: draft.causation_id,
      stored_at: draft.stored_at,
      recorded_at: recordedAt,
      body_sha256: draft.body_sha256,
      summary: draft.summary,
    };
    const { text, hash } = chainEntry(last.hash, entry);
    last = { seq: entry.seq, hash };
    return { seq: entry.seq, text, hash, entry };
  });
  return { rows, head: last };
}

/** The members of an entry that have a column: those it is looked for by. */
const COLUMNS = [
  'event_id',
  'type',
  'tenant_id',
  'job_id',
  'trace_id',
] as const satisfies (keyof AuditEntry)[];

const INSERT = `
  WITH appended AS (
    INSERT INTO entries (seq, ${COLUMNS.join(', ')}, text, hash)
    SELECT generate_series($1::bigint, $2::bigint),
           ${COLUMNS.map((_, i) => `unnest($${i + 6}::text[])`).join(', ')}, unnest($4::text[]), unnest($5::bytea[])
  )
  UPDATE head SET seq = $2, hash = $3`;

/** Not waited for: it travels with the commit, which throws what it throws. */
function insertEntries(sql: Sql, { rows, head }: Chained): void {
  void sql.query(INSERT, [
    rows[0]!.seq,
    head.seq,
    head.hash,
    textArray(rows.map((row) => row.text)),
    hexArray(
      rows.map((row) => row.hash.slice(HASH_PREFIX.length)),
      HASH_BYTES,
    ),
    ...COLUMNS.map((column) => textArray(rows.map((row) => row.entry[column]))),
  ]);
}
