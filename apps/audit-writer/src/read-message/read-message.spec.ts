import { describe, expect, it } from 'vitest';
import { EventType, Header, sourceOf } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import { bareMessage, readMessage } from './read-message.js';

const JOB = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const TRACE = 'a'.repeat(32);
const HASH = `sha256:${'b'.repeat(64)}`;
const AT = '2026-11-20T14:00:03Z';

interface Sent {
  readonly stream?: string;
  readonly subject?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function delivery({
  stream = 'DISPATCH',
  subject = 'dispatch.mcp.x',
  headers = {},
  body = offer,
}: Sent): Delivery {
  const data = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  const storedAtMs = Date.parse(AT);
  return { stream, subject, seq: 42, data, storedAtMs, deliveries: 1, header: (name) => headers[name] };
}

const offer = { job_id: JOB, job_hash: HASH, job: '{}', attempt: 1, pool: 'mcp', offer_expires_at: AT };
const headersOf = (over: Readonly<Record<string, string>> = {}) => ({
  [Header.Id]: `${JOB}:offer:1:${'b'.repeat(16)}`,
  [Header.Type]: EventType.Offer as string,
  [Header.Source]: sourceOf('scheduler'),
  [Header.CausationId]: `${JOB}:decision:0:${'b'.repeat(16)}`,
  [Header.Traceparent]: `00-${TRACE}-${'c'.repeat(16)}-01`,
  ...over,
});

describe('reading a message', () => {
  it('keeps its envelope, its digest and whom to confirm it to', () => {
    const sent = delivery({ headers: headersOf() });
    const message = readMessage(sent);
    expect(message).toMatchObject({
      owner: { service: 'scheduler', eventId: `${JOB}:offer:1:${'b'.repeat(16)}` },
      answers: [`${JOB}:decision:0:${'b'.repeat(16)}`],
    });
    expect(message.drafts).toHaveLength(1);
    expect(message.drafts[0]).toMatchObject({
      event_id: `${JOB}:offer:1:${'b'.repeat(16)}`,
      job_id: JOB,
      trace_id: TRACE,
      tenant_id: null,
      stored_at: '2026-11-20T14:00:03.000Z',
      body_sha256: sha256Digest(sent.data),
      summary: { attempt: 1, pool: 'mcp' },
    });
  });

  it('records a message without a valid envelope under its place in the stream', () => {
    for (const headers of [
      {},
      headersOf({ [Header.Id]: '' }),
      headersOf({ [Header.Id]: 'x'.repeat(257) }),
      headersOf({ [Header.Id]: 'a\u0000b' }),
      headersOf({ [Header.Id]: `DISPATCH:42:${Date.parse(AT)}` }),
      headersOf({ [Header.Id]: 'JOBS:1@2/0' }),
      headersOf({ [Header.Type]: EventType.Decision }),
    ]) {
      const message = readMessage(delivery({ headers }));
      expect(message.owner).toBeUndefined();
      expect(message.answers).toBeUndefined();
      expect(message.drafts[0]).toMatchObject({
        event_id: `DISPATCH:42:${Date.parse(AT)}`,
        summary: { invalid_envelope: true },
      });
    }
  });

  it('confirms nothing for a message that names a service which may not publish it', () => {
    const message = readMessage(delivery({ headers: headersOf({ [Header.Source]: sourceOf('gateway') }) }));
    expect(message.owner).toBeUndefined();
    expect(message.answers).toBeUndefined();
    expect(message.drafts[0]!.summary).toEqual({ invalid_envelope: true, forged: true });
  });

  it('confirms and answers nothing on the word of a producer or a worker', () => {
    const headers = headersOf({ [Header.Type]: EventType.Job, [Header.Source]: sourceOf('gateway') });
    const body = { topic: 'job.x', tenant_id: 'default' };
    const message = readMessage(delivery({ stream: 'JOBS', subject: 'from.p1.job.x', headers, body }));
    expect(message.owner).toBeUndefined();
    expect(message.answers).toBeUndefined();
    expect(message.drafts[0]).toMatchObject({ tenant_id: 'default', summary: { topic: 'job.x' } });
  });

  it('reads a bare job of a producer, but not of the gateway', () => {
    const body = { topic: 'job.x', tenant_id: 'default', job_id: JOB };
    expect(readMessage(delivery({ stream: 'JOBS', subject: 'from.p1.job.x', body })).drafts[0]).toMatchObject(
      {
        event_id: `JOBS:42:${Date.parse(AT)}`,
        type: EventType.Job,
        job_id: JOB,
        trace_id: null,
        summary: { topic: 'job.x' },
      },
    );
    const gateways = readMessage(delivery({ stream: 'JOBS', subject: 'from.gateway.job.x', body }));
    expect(gateways.drafts[0]!.summary).toEqual({ invalid_envelope: true });
  });

  it('takes no job id from the header of a job', () => {
    const headers = headersOf({ [Header.Type]: EventType.Job, [Header.Subject]: JOB });
    const message = readMessage(delivery({ stream: 'JOBS', subject: 'from.p1.job.x', headers, body: '{' }));
    expect(message.drafts[0]).toMatchObject({ job_id: null, summary: { invalid_body: 'malformed_json' } });
  });

  it('records each job of a message about many, with the tenant of the subject', () => {
    const job = (job_id: string, trace_id: string | null) => ({
      job_id,
      job_hash: HASH,
      trace_id,
      state: 'RUNNING',
      attempt: 1,
      reason_code: null,
      at: AT,
      detail: { worker_id: 'mcp-1', secret: 'hidden' },
    });
    const other = `${JOB.slice(0, -1)}2`;
    const message = readMessage(
      delivery({
        stream: 'EVENTS',
        subject: 'event.job.acme.p1.running',
        headers: headersOf({ [Header.Id]: 'e1', [Header.Type]: EventType.JobEvent }),
        body: { jobs: [job(JOB, 'd'.repeat(32)), job(other, null)] },
      }),
    );
    expect(message.owner).toEqual({ service: 'scheduler', eventId: 'e1' });
    expect(message.drafts).toMatchObject([
      { event_id: 'e1/0', job_id: JOB, trace_id: 'd'.repeat(32), tenant_id: 'acme' },
      { event_id: 'e1/1', job_id: other, trace_id: TRACE, tenant_id: 'acme' },
    ]);
    expect(message.drafts[0]!.summary).toEqual({
      state: 'RUNNING',
      reason_code: null,
      attempt: 1,
      at: AT,
      job_hash: HASH,
      detail: { worker_id: 'mcp-1' },
    });
  });

  it('names for each job of many the message that brought it there, as far as it can be kept', () => {
    const jobs = [`${JOB}:decision:0:${'b'.repeat(16)}`, undefined, 'a\u0000b'].map((cause) => ({
      ...{
        job_id: JOB,
        job_hash: HASH,
        trace_id: null,
        state: 'DENIED',
        attempt: 0,
        reason_code: null,
        at: AT,
      },
      ...(cause === undefined ? {} : { cause }),
    }));
    const headers = headersOf({
      [Header.Id]: 'e1',
      [Header.Type]: EventType.JobEvent,
      [Header.CausationId]: 'c',
    });
    const message = readMessage(
      delivery({ stream: 'EVENTS', subject: 'event.job.acme.p1.denied', headers, body: { jobs } }),
    );
    expect(message.drafts.map((draft) => draft.causation_id)).toEqual([jobs[0]!.cause, 'c', 'c']);
    expect(message.answers).toEqual(['c', jobs[0]!.cause]);
  });

  it('does not record what it said itself', () => {
    const sent = delivery({ stream: 'EVENTS', subject: 'event.audit.appended.scheduler', body: {} });
    expect(readMessage(sent).drafts).toEqual([]);
  });

  it('keeps place and digest of a message whose details can not be stored', () => {
    const message = readMessage(delivery({ headers: headersOf() }));
    const bare = bareMessage(message);
    expect(bare.owner).toEqual(message.owner);
    expect(bare.drafts[0]).toMatchObject({
      event_id: `DISPATCH:42@${Date.parse(AT)}`,
      job_id: null,
      body_sha256: message.drafts[0]!.body_sha256,
      summary: { unrecordable: true },
    });
  });
});
