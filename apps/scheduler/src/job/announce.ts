import {
  eventId,
  EventType,
  JobState,
  Step,
  Subjects,
  tailOf,
  type JobEvents,
  type Refused,
  type Stop,
} from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Emission, Work } from '@countersign/service-kit';
import type { Consequence, JobBook } from './job-book.js';
import type { Job } from './job.js';
import type { Cause, RunFact } from './job-fact.js';
import { timeText } from './job.columns.js';
import { offerText, outputText } from './offer-text.js';
import type { ReleasedOutput } from './released-output.js';

/** Kinds of messages that the outbox makes again from state. */
export const RefKind = { Offer: 'offer', Output: 'output' } as const;

/** Emits what the steps of a batch have to say: offers, outputs, stops, refusals, and one event per producer and state. */
export async function announce(work: Work, book: JobBook): Promise<void> {
  const texts = await jobTexts(work, book);
  const told: Consequence[] = [];
  for (const consequence of book.consequences) {
    const { effect, job } = consequence;
    if (effect.kind === 'tell') told.push(consequence);
    else if (effect.kind === 'offer') work.emit(offerOf(consequence, texts));
    else if (effect.kind === 'output') work.emit(outputOf(consequence, effect.output));
    else if (effect.kind === 'stop') work.emit(stopOf(consequence, effect));
    else if (effect.kind === 'offer_closed')
      work.answered([eventId(job.jobId, Step.Offer, effect.attempt, job.jobHash)]);
  }
  for (const emission of jobEvents(told)) work.emit(emission);
  for (const emission of strayRefusals(book.strays)) work.refuse(...emission);
  for (const { job, what, refusal, cause } of book.refusals)
    work.refuse(
      {
        job_id: job.jobId,
        trace_id: job.traceId,
        what,
        reason_code: refusal.code,
        detail: { tenant_id: job.tenantId, ...refusal.detail },
      },
      cause,
    );
}

/**
 * What is said of results and verdicts without a job. Results, which a worker can invent as fast as it can write, are
 * told once for a batch and pool; verdicts one by one, for the scanner waits for an answer to each.
 */
export function strayRefusals(strays: readonly RunFact[]): [Refused, Cause][] {
  const refusals: [Refused, Cause][] = [];
  const results = new Map<string, (RunFact & { kind: 'result' })[]>();
  for (const fact of strays)
    if (fact.kind === 'result') results.set(fact.pool, [...(results.get(fact.pool) ?? []), fact]);
    else refusals.push([stray('verdict', fact.jobId, { lease_id: fact.verdict.lease_id }), fact.cause]);
  for (const [pool, facts] of results) {
    const [first] = facts;
    if (first) refusals.push([stray('result', null, { pool, count: facts.length }), first.cause]);
  }
  return refusals;
}

const stray = (what: string, jobId: string | null, detail: Refused['detail']): Refused => ({
  job_id: jobId,
  trace_id: null,
  what,
  reason_code: 'stale_lease',
  detail: { ...detail, unknown_job: true },
});

/** One message for all jobs of a tenant's producer that reached the same state. */
export function jobEvents(told: readonly Consequence[]): Emission[] {
  const groups = new Map<string, Consequence[]>();
  for (const consequence of told) {
    const { tenantId, producer, state } = consequence.job;
    const subject = Subjects.eventJob.address({ tenant: tenantId, producer, state: state.toLowerCase() });
    const group = groups.get(subject);
    if (group) group.push(consequence);
    else groups.set(subject, [consequence]);
  }
  return [...groups].map(([subject, group]) => {
    const [first] = group;
    if (!first) throw new RangeError('an event needs a job');
    const body: JobEvents = { jobs: group.map(eventEntry) };
    const { job } = first;
    const hash16 = job.jobHash.slice('sha256:'.length, 'sha256:'.length + 16);
    return {
      subject,
      id: `${job.jobId}:event-${job.state.toLowerCase()}:${job.attempt}:${hash16}`,
      type: EventType.JobEvent,
      body,
      final: true,
      traceparent: first.cause?.traceparent ?? job.traceparent,
      ...(group.length === 1 && { jobId: job.jobId, cause: causeOf(first) }),
    };
  });
}

function eventEntry({ effect, job, cause }: Consequence): JobEvents['jobs'][number] {
  const detail = effect.kind === 'tell' ? effect.detail : undefined;
  return {
    job_id: job.jobId,
    job_hash: job.jobHash,
    trace_id: job.traceId,
    state: job.state,
    attempt: job.attempt,
    reason_code: job.reasonCode,
    at: timeText(job.updatedAtMs),
    cause: causeOf({ job, cause }).id,
    ...(detail && { detail: { ...detail } }),
    ...(job.reviewAfter && job.state === JobState.Completed && { review_after: true as const }),
  };
}

function offerOf({ job, attempt, cause }: Consequence, texts: ReadonlyMap<string, string>): Emission {
  const text = texts.get(job.jobId);
  if (!attempt || text === undefined)
    throw new Error(`an offer of ${job.jobId} lacks its attempt or its text`);
  return {
    subject: Subjects.dispatch.address({ pool: attempt.pool, tail: tailIn(job) }),
    id: eventId(job.jobId, Step.Offer, attempt.attempt, job.jobHash),
    type: EventType.Offer,
    text: offerText({ ...attempt, jobHash: job.jobHash, job: text }),
    jobId: job.jobId,
    cause: causeOf({ job, cause }),
    ref: { kind: RefKind.Offer, id: `${job.jobId}/${attempt.attempt}` },
  };
}

function outputOf({ job, cause }: Consequence, output: ReleasedOutput): Emission {
  if (job.released === null || job.outputKind === null)
    throw new Error(`the output of ${job.jobId} is not released`);
  return {
    subject: Subjects.output.address({ tenant: job.tenantId, producer: job.producer, tail: tailIn(job) }),
    id: eventId(job.jobId, Step.Output, job.attempt, job.jobHash),
    type: EventType.Output,
    text: outputText({ jobId: job.jobId, kind: job.outputKind, released: job.released, output }),
    jobId: job.jobId,
    cause: causeOf({ job, cause }),
    final: true,
    ref: { kind: RefKind.Output, id: job.jobId },
  };
}

function stopOf(
  { job, cause }: Consequence,
  stop: { readonly pool: string; readonly attempt: number; readonly leaseId: string },
): Emission {
  const body: Stop = { job_id: job.jobId, attempt: stop.attempt, lease_id: stop.leaseId };
  return {
    subject: Subjects.controlStop.address({ pool: stop.pool }),
    id: `${job.jobId}:stop:${stop.attempt}:${job.jobHash.slice('sha256:'.length, 'sha256:'.length + 16)}`,
    type: EventType.Stop,
    body,
    jobId: job.jobId,
    cause: causeOf({ job, cause }),
    final: true,
  };
}

/** A step that time brought about follows from the last message that moved the job. */
function causeOf({ job, cause }: Pick<Consequence, 'job' | 'cause'>) {
  return { id: cause?.id ?? job.causeId, traceparent: cause?.traceparent ?? job.traceparent };
}

function tailIn(job: Job): string {
  const tail = tailOf(job.topic);
  if (tail === undefined) throw new Error(`the topic of ${job.jobId} is outside the grammar`);
  return tail;
}

/** The canonical texts of the jobs on offer: new ones are at hand, others are read. */
async function jobTexts(sql: Sql, book: JobBook): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const missing = new Set<string>();
  for (const { effect, job } of book.consequences) {
    if (effect.kind !== 'offer') continue;
    const text = book.textOf(job.jobId);
    if (text === undefined) missing.add(job.jobId);
    else texts.set(job.jobId, text);
  }
  if (missing.size === 0) return texts;
  const rows = await sql.query<{ job_id: string; job: string }>(
    'SELECT job_id, job FROM jobs WHERE job_id = ANY($1)',
    [[...missing]],
  );
  for (const row of rows) texts.set(row.job_id, row.job);
  return texts;
}
