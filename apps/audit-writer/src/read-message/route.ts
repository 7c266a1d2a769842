import {
  EventType,
  sourceOf,
  STREAMS,
  Subjects,
  subjectMatches,
  type Service,
  type StreamSpec,
} from '@countersign/contracts';

/** What the subject of a message says of it, whatever is in it. */
export interface Route {
  /** The subject without characters that a log can't show. */
  readonly shown: string;
  /** The one event type that this subject of this stream carries. A decision in JOBS is no decision. */
  readonly type: EventType | undefined;
  /** The services that may publish here, with their sources. Empty: it comes from a producer or a pool. */
  readonly publishers: readonly { readonly service: Service; readonly source: string }[];
  readonly tenant: string | null;
  /** Whether it is what this service said about its own entries: recording it would feed the log with itself. */
  readonly isOwnConfirmation: boolean;
}

const UNSAFE = /\p{Cc}/gu;

/** Subjects remembered at most. Beyond it all are worked out anew: who makes up subjects must not fill the memory. */
const MAX_KNOWN = 4096;
const known = new Map<string, Route>();

/** What is known of a message by its subject. Worked out once per subject: few subjects carry many messages. */
export function routeOf(stream: string, subject: string): Route {
  const key = `${stream} ${subject}`;
  let route = known.get(key);
  if (!route) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, (route = workOut(stream, subject)));
  }
  return route;
}

/** Who a message is from: the owner of its outbox row, somebody outside CORE, or one who lies about it. */
export type Sender =
  { readonly kind: 'service'; readonly service: Service } | { readonly kind: 'outside' | 'forged' };

/**
 * Compares what a message says of its source with who may publish its subject. Only a service's own word counts later
 * as a confirmation, so an outsider that calls itself a service is told apart here.
 */
export function senderOf({ publishers }: Route, source: string | null): Sender {
  if (publishers.length === 0) return { kind: 'outside' };
  const publisher = publishers.find((p) => p.source === source);
  return publisher === undefined ? { kind: 'forged' } : { kind: 'service', service: publisher.service };
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

function workOut(stream: string, subject: string): Route {
  const spec: StreamSpec | undefined = (STREAMS as Readonly<Record<string, StreamSpec>>)[stream];
  const type = stream === 'EVENTS' ? typeOfEvent(subject) : TYPE_OF_STREAM[stream];
  return {
    shown: subject.replace(UNSAFE, '\uFFFD').toWellFormed(),
    type,
    publishers: (spec?.publishers ?? [])
      .filter((p) => subjectMatches(p.subject, subject))
      .map(({ service }) => ({ service, source: sourceOf(service) })),
    tenant: (Subjects.eventJob.parse(subject) ?? Subjects.output.parse(subject))?.tenant ?? null,
    isOwnConfirmation: type === EventType.Audited,
  };
}

function typeOfEvent(subject: string): EventType | undefined {
  if (Subjects.eventAudited.parse(subject)) return EventType.Audited;
  if (Subjects.eventJob.parse(subject)) return EventType.JobEvent;
  if (Subjects.eventDeadLetter.parse(subject)) return EventType.DeadLetter;
  if (Subjects.eventRefused.parse(subject)) return EventType.Refused;
  if (Subjects.eventApiKey.parse(subject)) return EventType.ApiKeyChanged;
  if (Subjects.eventApproval.parse(subject)) return EventType.ApprovalEvent;
  if (Subjects.eventOutput.parse(subject)) return EventType.OutputEvent;
  if (Subjects.eventReview.parse(subject)) return EventType.ReviewEvent;
  if (Subjects.eventPolicy.parse(subject)) return EventType.PolicyChanged;
  if (Subjects.eventPolicyCheck.parse(subject)) return EventType.PolicyCheckFailed;
  return undefined;
}
