import type { ActivationCause } from '@countersign/contracts';
import type { PolicySource } from '@countersign/policy-engine';
import type { Sql } from '@countersign/persistence';

/** SQL that writes a time as RFC 3339 with microseconds, in UTC: in this form times also compare and travel as cursors. */
export const rfc3339 = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Any constant: it names the lock under which one activation at a time is made. */
const ACTIVATION_LOCK = 7_305_317;

/** When a snapshot came into force, and how. */
export interface Activation {
  readonly seq: number;
  readonly hash: string;
  readonly previous: string | null;
  readonly by: string;
  readonly how: ActivationCause;
  readonly note: string;
  /** RFC 3339, the database's time. */
  readonly at: string;
}

/** A snapshot that was pushed or found in the folder. */
export interface StoredSnapshot {
  readonly hash: string;
  readonly policy_id: string | null;
  readonly policy_version: string | null;
  readonly rules: number;
  readonly warnings: readonly unknown[];
  readonly pushed_by: string;
  readonly pushed_at: string;
}

export interface NewSnapshot extends Omit<StoredSnapshot, 'pushed_at'> {
  readonly sources: readonly PolicySource[];
}

const ACTIVATION = `seq, hash, previous, by, how, note, ${rfc3339('at')} AS at`;
const SNAPSHOT = `hash, policy_id, policy_version, rules, warnings, pushed_by, ${rfc3339('pushed_at')} AS pushed_at`;

/** The activation that is in force; undefined when there never was one. */
export async function lastActivation(sql: Pick<Sql, 'query'>): Promise<Activation | undefined> {
  const [row] = await sql.query<Activation>(
    `SELECT ${ACTIVATION} FROM activations ORDER BY seq DESC LIMIT 1`,
  );
  return row;
}

/** The digest of what the folder last gave and was activated; undefined when that never happened. */
export async function lastFolderContent(sql: Pick<Sql, 'query'>): Promise<string | undefined> {
  const [row] = await sql.query<{ content: string }>(
    'SELECT content FROM activations WHERE content IS NOT NULL ORDER BY seq DESC LIMIT 1',
  );
  return row?.content;
}

/** Waits until nobody else is making an activation, until the end of this transaction. */
export async function lockActivations(sql: Pick<Sql, 'query'>): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [ACTIVATION_LOCK]);
}

/** Writes an activation down; to be called under {@link lockActivations}. */
export async function insertActivation(
  sql: Pick<Sql, 'query'>,
  {
    seq,
    hash,
    previous,
    by,
    how,
    note,
    content,
  }: Omit<Activation, 'at'> & { readonly content: string | null },
): Promise<void> {
  await sql.query(
    `INSERT INTO activations (seq, hash, previous, by, how, note, content) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [seq, hash, previous, by, how, note, content],
  );
}

/** Keeps a snapshot. False when it is kept already: whoever brought it first stays named. */
export async function insertSnapshot(sql: Pick<Sql, 'query'>, snapshot: NewSnapshot): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO snapshots (hash, sources, policy_id, policy_version, rules, warnings, pushed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hash) DO NOTHING RETURNING hash`,
    [
      snapshot.hash,
      JSON.stringify(snapshot.sources),
      snapshot.policy_id,
      snapshot.policy_version,
      snapshot.rules,
      JSON.stringify(snapshot.warnings),
      snapshot.pushed_by,
    ],
  );
  return rows.length > 0;
}

/** What is known of a snapshot; undefined when there is none. */
export async function findSnapshot(
  sql: Pick<Sql, 'query'>,
  hash: string,
): Promise<StoredSnapshot | undefined> {
  const [row] = await sql.query<StoredSnapshot>(`SELECT ${SNAPSHOT} FROM snapshots WHERE hash = $1`, [hash]);
  return row;
}

/** The files of a snapshot; undefined when there is none. */
export async function findSources(
  sql: Pick<Sql, 'query'>,
  hash: string,
): Promise<readonly PolicySource[] | undefined> {
  const [row] = await sql.query<{ sources: readonly PolicySource[] }>(
    'SELECT sources FROM snapshots WHERE hash = $1',
    [hash],
  );
  return row?.sources;
}

/** Snapshots, the newest first, after the one at the cursor. */
export async function listSnapshots(
  sql: Pick<Sql, 'query'>,
  { at, hash, limit }: { readonly at: string; readonly hash: string; readonly limit: number },
): Promise<readonly StoredSnapshot[]> {
  return sql.query<StoredSnapshot>(
    `SELECT ${SNAPSHOT} FROM snapshots WHERE (pushed_at, hash) < ($1::timestamptz, $2)
      ORDER BY pushed_at DESC, hash DESC LIMIT $3`,
    [at, hash, limit],
  );
}

/** The latest activations of a snapshot, the newest first. */
export async function activationsOf(sql: Pick<Sql, 'query'>, hash: string): Promise<readonly Activation[]> {
  return sql.query<Activation>(
    `SELECT ${ACTIVATION} FROM activations WHERE hash = $1 ORDER BY seq DESC LIMIT 50`,
    [hash],
  );
}
