import type { AuditEntry } from '@countersign/audit-log';
import type { Service } from '@countersign/contracts';
import type { Place } from './event-ids.js';

/** An entry before it has its place in the log. */
export interface Draft extends Omit<AuditEntry, 'seq' | 'recorded_at'> {
  /** Where its message is: what names the entry when another message already has `event_id`. */
  readonly place: Place;
  /** Which job of a message about many it is about; null when the message is about one thing. */
  readonly index: number | null;
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
