import {
  EventType,
  Header,
  JobRequest,
  MAX_PAYLOAD_BYTES,
  Offer,
  Service,
  Step,
  Subjects,
  eventId,
  parseBody,
  sourceOf,
  tailOf,
  validate,
  type CanonicalJob,
} from '@countersign/contracts';
import { parseStrictJson, sha256Digest, traceIdOf, type JsonValue } from '@countersign/kernel';
import { activeTraceparent, type Delivery } from '@countersign/messaging';

/** An offer whose envelope and schema were checked. */
export interface ReadOffer {
  /** Job and attempt, as one word. */
  readonly key: string;
  readonly jobId: string;
  /**
   * Undefined when the offer's bytes are not those that its own digest names. Such an offer is claimed all the same,
   * so that the scheduler learns of it and the log shows it, and is never run.
   */
  readonly job: CanonicalJob | undefined;
  /** SHA-256 of the job's bytes as received. */
  readonly jobHash: string;
  readonly attempt: number;
  readonly tail: string;
  /** Event id of the offer. */
  readonly id: string;
  readonly traceparent: string | undefined;
}

/** Why an offer is not taken. No retry can mend it. */
export interface BadOffer {
  readonly code: string;
  readonly detail: string;
}

/** The word for one attempt of one job. */
export const attemptKey = (jobId: string, attempt: number): string => `${jobId}/${attempt}`;

/** Checks an offer: who says it, that it is for this pool, and whether its job is the one that was hashed. */
export function readOffer(delivery: Delivery, pool: string): ReadOffer | BadOffer {
  const address = Subjects.dispatch.parse(delivery.subject);
  if (address?.pool !== pool) return bad('invalid_envelope', 'the subject is not one of this pool');
  if (
    delivery.header(Header.SpecVersion) !== '1.0' ||
    delivery.header(Header.Type) !== EventType.Offer ||
    delivery.header(Header.Source) !== sourceOf(Service.Scheduler)
  )
    return bad('forged', 'the envelope is not that of an offer by the scheduler');
  const parsed = parseBody(Offer, delivery.data, MAX_PAYLOAD_BYTES);
  if (!parsed.ok) return bad(parsed.problem.code, parsed.problem.message);
  const offer = parsed.value;
  const id = eventId(offer.job_id, Step.Offer, offer.attempt, offer.job_hash);
  if (delivery.header(Header.Id) !== id || delivery.header(Header.Subject) !== offer.job_id)
    return bad('invalid_envelope', 'the envelope names another job than the body');
  if (offer.pool !== pool) return bad('invalid_field', 'the offer is for another pool');
  const read = {
    key: attemptKey(offer.job_id, offer.attempt),
    jobId: offer.job_id,
    jobHash: sha256Digest(offer.job),
    attempt: offer.attempt,
    tail: address.tail,
    id,
    traceparent: traceparentOf(delivery),
  };
  if (read.jobHash !== offer.job_hash) return { ...read, job: undefined };
  const job = readJob(offer.job);
  if ('code' in job) return job;
  if (job.value.job_id !== offer.job_id) return bad('invalid_field', 'the job has another id than the offer');
  if (tailOf(job.value.topic) !== address.tail)
    return bad('topic_mismatch', 'the topic differs from the subject');
  return { ...read, job: job.value };
}

function readJob(text: string): { readonly value: CanonicalJob } | BadOffer {
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return bad(parsed.problem.code, parsed.problem.message);
  if (!isObject(parsed.value)) return bad('invalid_field', 'the job is not an object');
  const { v, ...request } = parsed.value;
  if (v !== 1) return bad('invalid_field', 'the job has another version');
  for (const member of ['job_id', 'agent_id', 'params', 'risk_tags', 'labels', 'capabilities'])
    if (!(member in request)) return bad('missing_field', `the job lacks ${member}`);
  const checked = validate(JobRequest, request);
  if (!checked.ok) return bad(checked.problem.code, checked.problem.message);
  return { value: parsed.value as unknown as CanonicalJob };
}

/** The span that handles a single offer; a span over many offers belongs to other traces, so then the offer's own. */
function traceparentOf(delivery: Delivery): string | undefined {
  const own = delivery.header(Header.Traceparent);
  const trace = traceIdOf(own);
  if (trace === undefined) return undefined;
  const active = activeTraceparent(own);
  return traceIdOf(active) === trace ? active : own;
}

const bad = (code: string, detail: string): BadOffer => ({ code, detail });

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
