import {
  EventType,
  Header,
  Subjects,
  type ConsumerSpec,
  type DeadLetter,
  type ReasonCode,
  type Service,
} from '@countersign/contracts';
import { newTraceparent, sha256Digest, traceIdOf, ULID_PATTERN } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import type { Sql } from '@countersign/persistence';
import type { Work } from './work.js';

/** A message that is given up, and why. */
export interface Unhandled {
  readonly delivery: Delivery;
  readonly eventId: string;
  readonly code: ReasonCode;
  /** JSON pointer to what is wrong in the body; empty for the whole. */
  readonly pointer: string;
  readonly tries: number;
  /** Whether its sender is trusted to name its job. */
  readonly verified: boolean;
}

const JOB_ID = new RegExp(ULID_PATTERN);
const KEPT_HEADERS = Object.values(Header);

/** Keeps messages that can't be handled, so that nothing is lost and somebody is told. */
export class DeadLetters {
  constructor(private readonly service: Service) {}

  /** Counts a failed try of a message; gives the tries so far. Only the kind of error is kept: its text could hold data. */
  async countTry(sql: Sql, consumer: ConsumerSpec, eventId: string, error: unknown): Promise<number> {
    const [row] = await sql.query<{ tries: number }>(
      `INSERT INTO tries (consumer, event_id, tries, last_error) VALUES ($1, $2, 1, $3)
       ON CONFLICT (consumer, event_id) DO UPDATE SET tries = tries.tries + 1, last_error = excluded.last_error, last_tried_at = now()
       RETURNING tries`,
      [nameOf(consumer), eventId, error instanceof Error ? error.name : typeof error],
    );
    return row!.tries;
  }

  /** Stores the message whole and emits `event.<service>.dead_letter`, which names it by digest only. */
  async bury(work: Work, consumer: ConsumerSpec, dead: Unhandled): Promise<void> {
    const { delivery, eventId, code, pointer, tries } = dead;
    const bodySha = sha256Digest(delivery.data);
    const claimed = delivery.header(Header.Subject);
    const jobId = claimed !== undefined && JOB_ID.test(claimed) ? claimed : null;
    // With the time, since a broker that lost its store counts from 1 again.
    const id = `${delivery.stream}:${delivery.seq}:${delivery.storedAtMs}:${this.service}`;
    const headers = Object.fromEntries(
      KEPT_HEADERS.flatMap((name) => {
        const value = delivery.header(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    await work.query(
      `INSERT INTO dead_letters (dead_letter_id, consumer, stream, seq, subject, reason_code, pointer, tries, headers, body, body_sha256, job_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (dead_letter_id) DO NOTHING`,
      [
        id,
        nameOf(consumer),
        delivery.stream,
        delivery.seq,
        delivery.subject,
        code,
        pointer,
        tries,
        JSON.stringify(headers),
        Buffer.from(delivery.data),
        bodySha,
        jobId,
      ],
    );
    await work.query('DELETE FROM tries WHERE consumer = $1 AND event_id = $2', [nameOf(consumer), eventId]);
    const received = delivery.header(Header.Traceparent);
    const body: DeadLetter = {
      dead_letter_id: id,
      stream: delivery.stream,
      seq: delivery.seq,
      subject: delivery.subject,
      reason_code: code,
      pointer,
      tries,
      body_sha256: bodySha,
      job_id: jobId,
      verified: dead.verified,
    };
    work.emit({
      subject: Subjects.eventDeadLetter.address({ service: this.service }),
      id: `dead-letter:${id}`,
      type: EventType.DeadLetter,
      body,
      ...(jobId === null ? {} : { jobId }),
      cause: { id: eventId, traceparent: traceIdOf(received) === undefined ? newTraceparent() : received! },
      final: true,
    });
  }
}

const nameOf = (consumer: ConsumerSpec) => `${consumer.stream}/${consumer.durable}`;
