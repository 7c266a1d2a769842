import { EventType, Header, MAX_PAYLOAD_BYTES, parseText } from '@countersign/contracts';
import { sha256Digest, traceIdOf, ULID_PATTERN } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import { summarise, type Digested } from '../summarise/summarise.js';
import { entryId, fallbackId, isReserved, placeId } from './event-ids.js';
import type { Draft, Message } from './message.js';
import { routeOf, senderOf, type Route, type Sender } from './route.js';

// Bounded, and without control characters: an id is indexed, and PostgreSQL takes neither long keys nor U+0000.
const ID = /^[^\p{Cc}]{1,256}$/u;
/** Most ids; the general check takes several times as long. */
const ASCII_ID = /^[ -~]{1,256}$/;
const TRACE_ID = /^[0-9a-f]{32}$/;
const JOB_ID = new RegExp(ULID_PATTERN);

/** Reads a delivery. Never refuses one: what is wrong with a message is itself worth remembering. */
export function readMessage(delivery: Delivery): Message {
  const { stream, seq, storedAtMs } = delivery;
  const route = routeOf(stream, delivery.subject);
  if (route.isOwnConfirmation) return { stream, seq, drafts: [] };
  const envelope = readEnvelope(delivery, route);
  const digested: readonly Digested[] = envelope.valid
    ? digest(envelope.type, delivery)
    : [{ summary: envelope.problem }];
  const service = envelope.valid && envelope.sender.kind === 'service' ? envelope.sender.service : undefined;
  // Producers and workers do not name their events: everyone on the road knows these by where they were stored.
  const ownId = envelope.valid && service !== undefined ? envelope.id : undefined;
  const place = { stream, seq, storedAtMs };
  const messageId = ownId ?? placeId(place);
  const isMany = envelope.valid && envelope.type === EventType.JobEvent;
  const storedAt = new Date(storedAtMs).toISOString();
  const bodySha256 = sha256Digest(delivery.data);
  const drafts = digested.map((d, n): Draft => {
    const index = isMany ? n : null;
    return {
      place,
      index,
      event_id: entryId(messageId, index),
      stream,
      subject: route.shown,
      type: envelope.type,
      source: envelope.source,
      tenant_id: d.tenantId ?? (envelope.valid ? route.tenant : null),
      job_id: jobIdOf(d, delivery),
      trace_id: traceOf(d, delivery),
      causation_id: bounded(d.cause) ?? envelope.causationId,
      stored_at: storedAt,
      body_sha256: bodySha256,
      summary: d.summary,
    };
  });
  if (service === undefined || ownId === undefined) return { stream, seq, drafts };
  return { stream, seq, drafts, owner: { service, eventId: ownId }, answers: answersOf(envelope, drafts) };
}

/** The entry of last resort for a message whose details the database refuses: where it is and its digest. */
export function bareMessage(message: Message): Message {
  return {
    ...message,
    drafts: message.drafts.map((draft) => ({
      ...draft,
      event_id: fallbackId(draft.place, draft.index),
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
  | {
      readonly valid: true;
      readonly id: string | undefined;
      readonly type: EventType;
      readonly sender: Sender;
    }
  | {
      readonly valid: false;
      readonly type: string | null;
      readonly problem: { readonly invalid_envelope: true; readonly forged?: true };
    }
);

function readEnvelope(delivery: Delivery, route: Route): Envelope {
  const id = delivery.header(Header.Id);
  const type = delivery.header(Header.Type);
  const source = bounded(delivery.header(Header.Source));
  const causationId = bounded(delivery.header(Header.CausationId));
  const sender = senderOf(route, source);
  const isBare = id === undefined && type === undefined;
  if (isBare && route.type === EventType.Job && sender.kind === 'outside')
    return { source, causationId, valid: true, id: undefined, type: EventType.Job, sender };
  const validId = bounded(id);
  const problem = { invalid_envelope: true } as const;
  if (validId === null || isReserved(validId) || route.type === undefined || type !== route.type)
    return { source, causationId, valid: false, type: bounded(type), problem };
  if (sender.kind === 'forged')
    return { source, causationId, valid: false, type: route.type, problem: { ...problem, forged: true } };
  return { source, causationId, valid: true, id: validId, type: route.type, sender };
}

function bounded(text: string | undefined): string | null {
  if (text === undefined) return null;
  return ASCII_ID.test(text) || (ID.test(text) && text.isWellFormed()) ? text : null;
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

function traceOf({ traceId }: Digested, delivery: Delivery): string | null {
  if (typeof traceId === 'string' && TRACE_ID.test(traceId)) return traceId;
  return traceIdOf(delivery.header(Header.Traceparent)) ?? null;
}

function answersOf({ causationId }: Envelope, drafts: readonly Draft[]): readonly string[] {
  const answers = causationId === null ? [] : [causationId];
  for (const draft of drafts)
    if (draft.causation_id !== null && draft.causation_id !== causationId) answers.push(draft.causation_id);
  return answers;
}
