import {
  JobEvents,
  JobState,
  MAX_PAYLOAD_BYTES,
  Subjects,
  parseBody,
  type ReasonCode,
} from '@countersign/contracts';
import type { Delivery } from '@countersign/messaging';
import type { Fact } from '@countersign/service-kit';
import type { EndedJob } from '../approval/ended-jobs.store.js';
import { mayAskForReview, releasedWork } from '../review-after/released-work.js';
import type { ReleasedWork } from '../review-after/review.js';
import { quarantinedJobs, type QuarantinedJob } from '../request/output-halves.js';

/** What job events mean to this service. */
export interface JobNews {
  /** Jobs that ended before their first attempt: a question about one may be open, or still to come. */
  readonly unasked: readonly EndedJob[];
  /** Jobs whose output was withheld: a question about it may be open. */
  readonly withheld: readonly EndedJob[];
  /** Jobs whose output waits for a review. */
  readonly quarantined: readonly QuarantinedJob[];
  /** Released work that a person has to look at. */
  readonly released: readonly ReleasedWork[];
}

const NOTHING: JobNews = { unasked: [], withheld: [], quarantined: [], released: [] };

/**
 * A question about a job is open only while the job waits for the answer, before its first attempt. Without this
 * service's own word the job leaves that state by these ends. They may be heard of before the question, since the two
 * come on two streams. A denied job was never asked about, and every other end follows an answer.
 */
const ENDS_UNASKED: ReadonlySet<string> = new Set(
  [JobState.Expired, JobState.Cancelled, JobState.Failed].map((state) => state.toLowerCase()),
);
/** A question about an output is open only while the output is quarantined; a grant of this service apart, this ends it. */
const WITHHELD = JobState.Withheld.toLowerCase();
const QUARANTINED = JobState.Quarantined.toLowerCase();

/**
 * Whether an event has to be handled. Of most it need not even be remembered that they came: handled once or ten
 * times they change nothing here. What can't be read counts as news, so that it does not pass unnoticed.
 */
export function isNews(delivery: Pick<Delivery, 'subject' | 'data'>): boolean {
  const { subject, data } = delivery;
  const state = Subjects.eventJob.parse(subject)?.state;
  if (state === undefined || state === QUARANTINED || state === WITHHELD) return true;
  if (!ENDS_UNASKED.has(state)) return mayAskForReview(delivery);
  const events = parseBody(JobEvents, data, MAX_PAYLOAD_BYTES);
  return !events.ok || events.value.jobs.some(hasNoAttempt);
}

/** Reads one event; a subject outside the grammar is refused. */
export function jobNews(
  fact: Pick<Fact<JobEvents>, 'subject' | 'body' | 'traceparent'>,
): (JobNews & { readonly ok: true }) | { readonly ok: false; readonly code: ReasonCode } {
  const owner = Subjects.eventJob.parse(fact.subject);
  if (owner === undefined) return { ok: false, code: 'invalid_field' };
  const { jobs } = fact.body;
  const named = ({ job_id }: { readonly job_id: string }): EndedJob => ({ tenant_id: owner.tenant, job_id });
  if (owner.state === QUARANTINED)
    return { ok: true, ...NOTHING, quarantined: quarantinedJobs(owner, fact.body) };
  if (owner.state === WITHHELD) return { ok: true, ...NOTHING, withheld: jobs.map(named) };
  if (!ENDS_UNASKED.has(owner.state)) {
    const read = releasedWork(fact);
    return read.ok ? { ok: true, ...NOTHING, released: read.released } : read;
  }
  return { ok: true, ...NOTHING, unasked: jobs.filter(hasNoAttempt).map(named) };
}

function hasNoAttempt({ attempt }: JobEvents['jobs'][number]): boolean {
  return attempt === 0;
}
