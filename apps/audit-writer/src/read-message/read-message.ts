import { EventType, Header, MAX_PAYLOAD_BYTES, parseText, Subjects } from '@countersign/contracts';
import { sha256Digest, traceIdOf, ULID_PATTERN } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import { summarise, type Digested } from '../summarise/summarise.js';
import type { Draft, Message } from './message.js';
import { isOwnConfirmation, senderOf, typeAt } from './sender.js';

// Bounded, and without control characters: an id is indexed, and PostgreSQL takes neither long keys nor U+0000.
const ID = /^[^\p{Cc}]{1,256}$/u;
/** What {@link fallbackId} and messages without an id use; no message may choose such an id. */
const RESERVED_ID = /^[A-Z]+:\d+([:@]\d+)*(\/\d+)?$/;
const TRACE_ID = /^[0-9a-f]{32}$/;
const JOB_ID = new RegExp(ULID_PATTERN);
const UNSAFE = /\p{Cc}/gu;

/** Reads a delivery. Never refuses one: what is wrong with a message is itself worth remembering. */
export function readMessage(delivery: Delivery): Message {
  const { stream, seq, subject } = delivery;
  if (isOwnConfirmation(stream, subject)) return { stream, seq, drafts: [] };
  const envelope = readEnvelope(delivery);
  const digested: readonly Digested[] = envelope.valid
    ? digest(envelope.type, delivery)
    : [{ summary: envelope.problem }];
  const base = {
    stream,
    subject: subject.replace(UNSAFE, '\uFFFD').toWellFormed(),
    type: envelope.type,
    source: envelope.source,
    causation_id: envelope.causationId,
    stored_at: new Date(delivery.storedAtMs).toISOString(),
    body_sha256: sha256Digest(delivery.data),
  };
  const sender = envelope.valid ? senderOf(stream, subject, envelope.source) : undefined;
  // Producers and workers do not name their events: everyone on the road knows these by where they were stored.
  const ownId = envelope.valid && sender?.kind === 'service' ? envelope.id : undefined;
  const isMany = envelope.valid && envelope.type === EventType.JobEvent;
  const drafts = digested.map((d, n): Draft => {
    const suffix = isMany ? `/${n}` : '';
    return {
      ...base,
      event_id: `${ownId ?? `${stream}:${seq}:${delivery.storedAtMs}`}${suffix}`,
      fallback_id: `${stream}:${seq}@${delivery.storedAtMs}${suffix}`,
      tenant_id: d.tenantId ?? (envelope.valid ? tenantIn(subject) : null),
      job_id: jobIdOf(d, delivery),
      trace_id: TRACE_ID.test(d.traceId ?? '')
        ? d.traceId!
        : (traceIdOf(delivery.header(Header.Traceparent)) ?? null),
      summary: d.summary,
    };
  });
  if (sender?.kind !== 'service' || ownId === undefined) return { stream, seq, drafts };
  return {
    stream,
    seq,
    drafts,
    owner: { service: sender.service, eventId: ownId },
    answers: [
      ...(envelope.causationId === null ? [] : [envelope.causationId]),
      ...digested.flatMap((d) => d.cause ?? []),
    ],
  };
}

/** The entry of last resort for a message whose details the database refuses: where it is and its digest. */
export function bareMessage(message: Message): Message {
  return {
    ...message,
    drafts: message.drafts.map((draft) => ({
      ...draft,
      event_id: draft.fallback_id,
      subject: message.stream,
      type: null,
      source: null,
      tenant_id: null,
      job_id: null,
      trace_id: null,
      causation_id: null,
      summary: { unrecordable: true },
    })),
  };
}

type Envelope = { readonly source: string | null; readonly causationId: string | null } & (
  | { readonly valid: true; readonly id: string | undefined; readonly type: EventType }
  | {
      readonly valid: false;
      readonly type: string | null;
      readonly problem: { readonly invalid_envelope: true; readonly forged?: true };
    }
);

function readEnvelope(delivery: Delivery): Envelope {
  const id = delivery.header(Header.Id);
  const type = delivery.header(Header.Type);
  const bounded = (text: string | undefined) =>
    text !== undefined && ID.test(text) && text.isWellFormed() ? text : null;
  const told = {
    source: bounded(delivery.header(Header.Source)),
    causationId: bounded(delivery.header(Header.CausationId)),
  };
  const expected = typeAt(delivery.stream, delivery.subject);
  const sender = senderOf(delivery.stream, delivery.subject, told.source);
  const isBare = id === undefined && type === undefined;
  if (isBare && expected === EventType.Job && sender.kind === 'outside')
    return { ...told, valid: true, id: undefined, type: EventType.Job };
  const validId = bounded(id);
  if (validId === null || RESERVED_ID.test(validId) || expected === undefined || type !== expected)
    return { ...told, valid: false, type: bounded(type), problem: { invalid_envelope: true } };
  if (sender.kind === 'forged')
    return { ...told, valid: false, type: expected, problem: { invalid_envelope: true, forged: true } };
  return { ...told, valid: true, id: validId, type: expected };
}

function digest(type: EventType, delivery: Delivery): readonly Digested[] {
  const parsed = parseText(delivery.data, MAX_PAYLOAD_BYTES);
  return parsed.ok ? summarise(type, parsed.value) : [{ summary: { invalid_body: parsed.problem.code } }];
}

// A producer's header is no proof of what its body does not say; the other senders' headers help to find a bad body.
function jobIdOf(digested: Digested, delivery: Delivery): string | null {
  const told = digested.jobId ?? (delivery.stream === 'JOBS' ? null : delivery.header(Header.Subject));
  return told !== undefined && told !== null && JOB_ID.test(told) ? told : null;
}

function tenantIn(subject: string): string | null {
  return (Subjects.eventJob.parse(subject) ?? Subjects.output.parse(subject))?.tenant ?? null;
}
