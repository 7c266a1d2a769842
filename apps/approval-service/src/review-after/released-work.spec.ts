import { describe, expect, it } from 'vitest';
import type { JobEvents } from '@countersign/contracts';
import { mayAskForReview, releasedWork } from './released-work.js';

type Entry = JobEvents['jobs'][number];

const JOB = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const HASH = `sha256:${'a'.repeat(64)}`;
const TRACE = '3'.repeat(32);
const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const COMPLETED = 'event.job.acme.gateway.completed';
const detail = { topic: 'job.pay.refund', caller: 'ann', agent_id: 'agent-7' };
const entry = (over: Partial<Entry> = {}): Entry => ({
  job_id: JOB,
  job_hash: HASH,
  trace_id: TRACE,
  state: 'COMPLETED',
  attempt: 2,
  reason_code: null,
  at: '2026-01-01T00:00:00Z',
  ...over,
});
const marked = (over: Partial<Entry> = {}) => entry({ review_after: true, detail, ...over });
const read = (jobs: Entry[], subject = COMPLETED) => releasedWork({ subject, body: { jobs }, traceparent });
const mayAsk = (jobs: Entry[], subject = COMPLETED) =>
  mayAskForReview({ subject, data: Buffer.from(JSON.stringify({ jobs })) });

describe('released work (H12)', () => {
  it('is listed where the decision wants a look, with what it was and whose, under its own trace', () => {
    expect(read([entry(), marked()])).toEqual({
      ok: true,
      released: [
        {
          tenant_id: 'acme',
          job_id: JOB,
          job_hash: HASH,
          attempt: 2,
          producer: 'gateway',
          ...detail,
          trace_id: TRACE,
          traceparent: `00-${TRACE}-${'2'.repeat(16)}-01`,
          released_at: '2026-01-01T00:00:00Z',
        },
      ],
    });
  });

  it('is not listed where nobody is asked to look', () => {
    expect(read([entry({ detail })])).toEqual({ ok: true, released: [] });
    expect(mayAsk([entry({ detail })])).toBe(false);
  });

  it('counts one job of many', () => expect(mayAsk([entry(), marked()])).toBe(true));

  it.each(['failed', 'denied', 'withheld', 'quarantined'])('is none when the job ended as %s', (state) => {
    const subject = `event.job.acme.gateway.${state}`;
    expect(mayAsk([marked()], subject)).toBe(false);
    expect(read([marked()], subject)).toEqual({ ok: true, released: [] });
  });

  it('takes whose it is for unknown where the event does not say, and refuses one of no topic', () => {
    expect(read([marked({ detail: { topic: 'job.x', caller: 7 } })])).toMatchObject({
      released: [{ caller: null, agent_id: null }],
    });
    expect(read([marked({ detail: {} })])).toEqual({ ok: false, code: 'missing_field' });
  });

  it('refuses a subject outside the grammar', () => {
    expect(read([marked()], 'event.job.acme.gateway')).toEqual({ ok: false, code: 'invalid_field' });
  });
});
