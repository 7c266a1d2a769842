import {
  EventType,
  sourceOf,
  STREAMS,
  Subjects,
  subjectMatches,
  type Service,
  type StreamSpec,
} from '@countersign/contracts';

/** The services that may publish a subject into a stream. Empty: it comes from a producer or a pool. */
export function publishersOf(stream: string, subject: string): Service[] {
  const spec: StreamSpec | undefined = (STREAMS as Readonly<Record<string, StreamSpec>>)[stream];
  return (spec?.publishers ?? []).filter((p) => subjectMatches(p.subject, subject)).map((p) => p.service);
}

/** Who a message is from: the owner of its outbox row, somebody outside CORE, or one who lies about it. */
export type Sender =
  { readonly kind: 'service'; readonly service: Service } | { readonly kind: 'outside' | 'forged' };

/**
 * Compares what a message says of its source with who may publish its subject. Only a service's own word counts later
 * as a confirmation, so an outsider that calls itself a service is told apart here.
 */
export function senderOf(stream: string, subject: string, source: string | null): Sender {
  const services = publishersOf(stream, subject);
  if (services.length === 0) return { kind: 'outside' };
  const service = services.find((s) => sourceOf(s) === source);
  return service === undefined ? { kind: 'forged' } : { kind: 'service', service };
}

const TYPE_OF_STREAM: Readonly<Record<string, EventType>> = {
  JOBS: EventType.Job,
  DECISIONS: EventType.Decision,
  APPROVALS: EventType.ApprovalResolved,
  DISPATCH: EventType.Offer,
  RESULTS: EventType.Result,
  VERDICTS: EventType.Verdict,
  OUTPUTS: EventType.Output,
  CONTROL: EventType.Stop,
};

/** The one event type that a subject of a stream carries. A decision in JOBS is no decision. */
export function typeAt(stream: string, subject: string): EventType | undefined {
  if (stream !== 'EVENTS') return TYPE_OF_STREAM[stream];
  if (isOwnConfirmation(stream, subject)) return EventType.Audited;
  if (Subjects.eventJob.parse(subject)) return EventType.JobEvent;
  if (Subjects.eventDeadLetter.parse(subject)) return EventType.DeadLetter;
  if (Subjects.eventRefused.parse(subject)) return EventType.Refused;
  return undefined;
}

/** Whether a message is what this service said about its own entries: recording it would feed the log with itself. */
export function isOwnConfirmation(stream: string, subject: string): boolean {
  return stream === 'EVENTS' && Subjects.eventAudited.parse(subject) !== undefined;
}
