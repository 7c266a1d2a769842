import type { AuditEntry } from '@countersign/audit-log';
import type { Service } from '@countersign/contracts';

/** An entry before it has its place in the log. */
export interface Draft extends Omit<AuditEntry, 'seq' | 'recorded_at'> {
  /** The id that is used when another message already has `event_id`; nobody outside can choose it. */
  readonly fallback_id: string;
}

/** One delivery, read: what to append, and whom to tell. */
export interface Message {
  readonly stream: string;
  readonly seq: number;
  readonly drafts: readonly Draft[];
  /** The service whose outbox row this message is, and the id it has there. Absent for outsiders and forgeries. */
  readonly owner?: { readonly service: Service; readonly eventId: string };
  /** The messages that this one follows from, when a service says so: their senders need not repeat them. */
  readonly answers?: readonly string[];
}
