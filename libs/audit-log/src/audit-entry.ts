import type { JsonValue } from '@countersign/kernel';

/** One remembered message (or one job of a message about many). Holds no params, no outputs, no free text of workers. */
export interface AuditEntry {
  /** Position in the log: 1 for the first entry, without gaps. */
  readonly seq: number;
  /** Event id; `<stream>:<stream seq>` when the message has none of its own. */
  readonly event_id: string;
  readonly stream: string;
  readonly subject: string;
  readonly type: string | null;
  readonly source: string | null;
  readonly tenant_id: string | null;
  readonly job_id: string | null;
  readonly trace_id: string | null;
  readonly causation_id: string | null;
  /** The broker's time at which it stored the message, RFC 3339. */
  readonly stored_at: string;
  /** The database's time at which the entry was appended, RFC 3339. */
  readonly recorded_at: string;
  /** `sha256:` and hex, over the body's bytes as received. */
  readonly body_sha256: string;
  /** The members of the body that are safe to keep. */
  readonly summary: Readonly<Record<string, JsonValue>>;
}

/** An end of the chain: the last entry's number and hash. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** What the first entry names as its predecessor's hash: no text hashes to it. */
export const GENESIS_HASH = `sha256:${'0'.repeat(64)}`;

/** The head of an empty log. */
export const GENESIS: ChainHead = { seq: 0, hash: GENESIS_HASH };

/** An entry as it is stored and exported. */
export interface ChainRow {
  readonly seq: number;
  /** RFC 8785 JSON of the entry and its `prev_hash`; exactly these bytes are hashed. */
  readonly text: string;
  readonly hash: string;
  /** Copies of members beside the text, such as indexed columns; each must equal the member of that name. */
  readonly copies?: Readonly<Partial<Record<keyof AuditEntry, string | null>>>;
}
