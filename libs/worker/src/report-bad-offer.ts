import { EventType, Header, ResultStatus, Subjects, type Result } from '@countersign/contracts';
import { derivedUlid, sha256Digest, traceIdOf, ULID_PATTERN } from '@countersign/kernel';
import type { Delivery, Outgoing } from '@countersign/messaging';
import type { BadOffer } from './read-offer.js';

const JOB_ID = new RegExp(ULID_PATTERN);
const utf8 = new TextDecoder();

/**
 * What tells the scheduler of an offer that it can't have made: a failed result under a lease that nobody holds. The
 * scheduler refuses it and says so, and its refusal is about the job that was to be run. Repeated for one offer it is one
 * message. Undefined for an offer that names no job: nobody could be told anything of it but where it is stored.
 */
export function reportBadOffer(
  delivery: Delivery,
  bad: BadOffer,
  worker: { readonly pool: string; readonly workerId: string },
  at: Date,
): Outgoing | undefined {
  const tail = Subjects.dispatch.parse(delivery.subject)?.tail;
  const about = aboutOf(delivery);
  if (tail === undefined || about === undefined) return undefined;
  const place = `${delivery.stream}:${delivery.seq}:${delivery.storedAtMs}`;
  const leaseId = derivedUlid(delivery.storedAtMs, place);
  const time = at.toISOString();
  const result: Result = {
    ...about,
    run_id: `run_${time.replace(/[-:]/g, '').replace(/\.\d+/, '')}_00000000`,
    lease: { id: leaseId, epoch: 1 },
    status: ResultStatus.Failed,
    output: null,
    error: { code: 'offer_refused', message: `The offer was not taken (${bad.code}): ${bad.detail}.` },
    constraints_digest: sha256Digest('{}'),
    usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    started_at: time,
    finished_at: time,
    effects: [],
  };
  const traceparent = delivery.header(Header.Traceparent);
  return {
    subject: Subjects.result.address({ pool: worker.pool, tail }),
    id: `${about.job_id}:offer-refused:${leaseId}`,
    type: EventType.Result,
    source: `/countersign/worker/${worker.workerId}`,
    body: JSON.stringify(result),
    time,
    jobId: about.job_id,
    // Where it is stored: its own id may be another message's.
    causationId: place,
    ...(traceIdOf(traceparent) === undefined ? {} : { traceparent: traceparent! }),
  };
}

/** The job and attempt that an offer names, in its body or else in its envelope. */
function aboutOf(delivery: Delivery): Pick<Result, 'job_id' | 'attempt'> | undefined {
  const { job_id, attempt } = membersOf(delivery.data);
  const named = [job_id, delivery.header(Header.Subject)].find(
    (id) => typeof id === 'string' && JOB_ID.test(id),
  );
  if (typeof named !== 'string') return undefined;
  const isAttempt =
    typeof attempt === 'number' && Number.isInteger(attempt) && attempt >= 0 && attempt < 2 ** 31;
  return { job_id: named, attempt: isAttempt ? attempt : 1 };
}

function membersOf(data: Uint8Array): { readonly job_id?: unknown; readonly attempt?: unknown } {
  try {
    const body: unknown = JSON.parse(utf8.decode(data));
    return typeof body === 'object' && body !== null ? body : {};
  } catch (error) {
    // Its envelope may still name the job.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
