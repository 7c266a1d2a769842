import {
  EventType,
  Subjects,
  type EventType as EventTypeName,
  type ReasonCode,
  type Refused,
  type Service,
} from '@countersign/contracts';
import { newTraceparent, newUlid, traceIdOf } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import type { Fact } from './fact.js';

/** A message to be sent when the transaction has committed. */
export interface Emission {
  readonly subject: string;
  /** Event id, derived from its cause so that a repeated step says the same. */
  readonly id: string;
  readonly type: EventTypeName;
  /** The body; or `text`, when it is JSON text already. */
  readonly body?: unknown;
  readonly text?: string;
  readonly jobId?: string;
  readonly cause?: { readonly id: string; readonly traceparent: string };
  readonly traceparent?: string;
  /** No later message on the road answers it (outputs, events). */
  readonly final?: boolean;
  /** Where the body can be made again from state: then the outbox row holds no bytes. */
  readonly ref?: { readonly kind: string; readonly id: string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seals the bodies of some types of messages, when they are emitted: before their outbox rows are written. */
export type Sealers = Partial<Record<EventTypeName, (body: unknown) => unknown>>;

/** An emission with everything it needs to travel. */
export interface Pending {
  readonly emission: Emission;
  readonly text: string;
  readonly traceparent: string;
  readonly time: string;
}

/** A message that a handler gives up on. */
export interface GivenUp {
  readonly fact: Fact<unknown>;
  readonly code: ReasonCode;
  readonly pointer: string;
}

/** One transaction of a service: its statements, and what it will say when it has committed. */
export class Work implements Sql {
  readonly query: Sql['query'];
  readonly insertMany: Sql['insertMany'];
  readonly updateMany: Sql['updateMany'];
  readonly pending: Pending[] = [];
  readonly givenUp: GivenUp[] = [];
  readonly answeredIds: string[] = [];

  constructor(
    sql: Sql,
    private readonly service: Service,
    private readonly sealers: Sealers = {},
  ) {
    this.query = sql.query;
    this.insertMany = sql.insertMany;
    this.updateMany = sql.updateMany;
  }

  /** Sends a message after commit; its outbox row is part of this transaction. */
  emit(emission: Emission): void {
    const { type, body, text } = emission;
    const seal = this.sealers[type];
    if (seal && text !== undefined) throw new TypeError(`a ${type} is sealed as a body, not as text`);
    this.pending.push({
      emission,
      text: text ?? JSON.stringify(seal ? seal(body) : body),
      traceparent: emission.traceparent ?? emission.cause?.traceparent ?? newTraceparent(),
      time: new Date().toISOString(),
    });
  }

  /** Gives up on a message that no retry can mend: it becomes a dead letter and is told. */
  deadLetter(fact: Fact<unknown>, code: ReasonCode, pointer = ''): void {
    this.givenUp.push({ fact, code, pointer });
  }

  /** Tells that something well-formed was refused, so that it stands in the audit log. */
  refuse(refused: Refused, cause?: { readonly id: string; readonly traceparent: string }): void {
    this.emit({
      subject: Subjects.eventRefused.address({ service: this.service }),
      id: `refused:${newUlid()}`,
      type: EventType.Refused,
      body: { ...refused, trace_id: refused.trace_id ?? traceIdOf(cause?.traceparent) ?? null },
      ...(refused.job_id === null ? {} : { jobId: refused.job_id }),
      ...(cause === undefined ? {} : { cause }),
      final: true,
    });
  }

  /** Marks messages of this service's own outbox as answered. */
  answered(eventIds: readonly string[]): void {
    this.answeredIds.push(...eventIds);
  }
}
