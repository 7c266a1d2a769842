import type { TSchema } from '@sinclair/typebox';
import {
  EventType,
  Header,
  parseBody,
  parseText,
  type BodyProblem,
  type ReasonCode,
} from '@countersign/contracts';
import { newTraceparent, sha256Digest, traceIdOf } from '@countersign/kernel';
import { activeTraceparent, type Delivery } from '@countersign/messaging';
import { isForged } from './sender.js';

/** A message of the road, parsed and checked. */
export interface Fact<T> {
  /** Event id; of an untrusted or bare sender's message `<stream>:<seq>:<stored at>`. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly stream: string;
  readonly seq: number;
  /** When the broker stored it, in milliseconds of Unix time. Tells, never decides. */
  readonly storedAtMs: number;
  readonly jobId: string | undefined;
  readonly causationId: string | undefined;
  /** Trace context for what follows from this message. */
  readonly traceparent: string;
  readonly traceId: string;
  readonly body: T;
  /** The body as received. */
  readonly text: string;
  /** SHA-256 of the body's bytes. */
  readonly digest: string;
  header(name: string): string | undefined;
}

/** What a consumer expects of each message. */
export interface Expectation {
  /** Schema of the body; null when the handler parses it itself. */
  readonly schema: TSchema | null;
  readonly type: EventType;
  /** Largest body in bytes. @default 512 KiB */
  readonly maxBytes?: number;
  /** Accepts messages without an envelope, as a bare producer sends them. */
  readonly bare?: boolean;
  /**
   * Whether who may publish on this subject is trusted to name its own events. Producers and workers are not: one
   * could send a victim's event id first. Their events are known by where the broker stored them. @default all are
   */
  readonly trusted?: (subject: string) => boolean;
}

export type ReadFact =
  | { readonly ok: true; readonly fact: Fact<unknown> }
  | { readonly ok: false; readonly id: string; readonly problem: BodyProblem };

const utf8 = new TextDecoder();

/** Whether the sender of a delivery is trusted to name its own events and the jobs that they are about. */
export function isTrusted(expected: Expectation, delivery: Delivery): boolean {
  return !isOfAnother(delivery) && (expected.trusted?.(delivery.subject) ?? true);
}

const isOfAnother = (delivery: Delivery): boolean =>
  isForged(delivery.stream, delivery.subject, delivery.header(Header.Source));

/** Parses and checks one delivery. What is refused here can't be mended by another try. */
export function readFact(delivery: Delivery, expected: Expectation): ReadFact {
  // With the time, since a broker that lost its store counts from 1 again.
  const bareId = `${delivery.stream}:${delivery.seq}:${delivery.storedAtMs}`;
  const sentId = delivery.header(Header.Id);
  const id = isTrusted(expected, delivery) ? sentId : bareId;
  const type = delivery.header(Header.Type);
  const refuse = (code: ReasonCode, message: string): ReadFact => ({
    ok: false,
    id: id ?? bareId,
    problem: { code, pointer: '', message },
  });
  if (isOfAnother(delivery)) return refuse('forged', 'its source is not who publishes on its subject');
  const isBare = sentId === undefined && type === undefined;
  if (isBare && !expected.bare) return refuse('invalid_envelope', 'the message has no envelope');
  if (!isBare && (!id || id.length > 256))
    return refuse('invalid_envelope', 'the event id is missing or too long');
  if (!isBare && type !== expected.type)
    return refuse('invalid_envelope', `the event type is not ${expected.type}`);
  const parsed = expected.schema
    ? parseBody(expected.schema, delivery.data, expected.maxBytes)
    : parseText(delivery.data, expected.maxBytes);
  if (!parsed.ok) return { ok: false, id: id ?? bareId, problem: parsed.problem };
  const received = delivery.header(Header.Traceparent);
  const upstream = traceIdOf(received) === undefined ? newTraceparent() : received!;
  const active = activeTraceparent(upstream) ?? upstream;
  const traceId = traceIdOf(upstream)!;
  let text: string | undefined;
  return {
    ok: true,
    fact: {
      id: id ?? bareId,
      type: type ?? expected.type,
      subject: delivery.subject,
      stream: delivery.stream,
      seq: delivery.seq,
      storedAtMs: delivery.storedAtMs,
      jobId: delivery.header(Header.Subject),
      causationId: delivery.header(Header.CausationId),
      // In a batch of several messages the active span belongs to another trace: then the message's own context goes on.
      traceparent: traceIdOf(active) === traceId ? active : upstream,
      traceId,
      body: parsed.value,
      get text() {
        return (text ??= utf8.decode(delivery.data));
      },
      digest: sha256Digest(delivery.data),
      header: (name) => delivery.header(name),
    },
  };
}
