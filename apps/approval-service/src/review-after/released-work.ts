import { JobState, Subjects, type JobEvents, type ReasonCode } from '@countersign/contracts';
import type { Delivery } from '@countersign/messaging';
import type { Fact } from '@countersign/service-kit';
import type { ReleasedWork } from './review.js';

const COMPLETED = JobState.Completed.toLowerCase();
/** The name of the member that marks a job. A body without these bytes has no such member. */
const MARK = Buffer.from('review_after');

/**
 * Whether an event may tell of work to look at. Nearly all jobs complete without anybody asked to look: looking for the
 * bytes of the name costs far less than reading the body.
 */
export function mayAskForReview({ subject, data }: Pick<Delivery, 'subject' | 'data'>): boolean {
  if (Subjects.eventJob.parse(subject)?.state !== COMPLETED) return false;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(MARK);
}

/** What of released work the event says somebody has to look at; an event that leaves out what it was is refused. */
export function releasedWork(
  fact: Pick<Fact<JobEvents>, 'subject' | 'body' | 'traceparent'>,
):
  | { readonly ok: true; readonly released: readonly ReleasedWork[] }
  | { readonly ok: false; readonly code: ReasonCode } {
  const owner = Subjects.eventJob.parse(fact.subject);
  if (owner === undefined) return { ok: false, code: 'invalid_field' };
  if (owner.state !== COMPLETED) return { ok: true, released: [] };
  const released: ReleasedWork[] = [];
  for (const job of fact.body.jobs) {
    if (job.review_after !== true) continue;
    const topic = textOf(job.detail?.['topic']);
    if (topic === null) return { ok: false, code: 'missing_field' };
    released.push({
      tenant_id: owner.tenant,
      job_id: job.job_id,
      job_hash: job.job_hash,
      attempt: job.attempt,
      topic,
      producer: owner.producer,
      caller: textOf(job.detail?.['caller']),
      agent_id: textOf(job.detail?.['agent_id']),
      trace_id: job.trace_id,
      traceparent: traceOf(job.trace_id, fact.traceparent),
      released_at: job.at,
    });
  }
  return { ok: true, released };
}

/** An event about many jobs travels under the trace of one of them: each job keeps its own. */
function traceOf(traceId: string | null, traceparent: string): string {
  return traceId === null ? traceparent : traceparent.replace(/^00-[0-9a-f]{32}-/, `00-${traceId}-`);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 ? value : null;
}
