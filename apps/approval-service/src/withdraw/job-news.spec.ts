import { describe, expect, it } from 'vitest';
import type { JobEvents } from '@countersign/contracts';
import { jobNews } from './job-news.js';

const jobId = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const hash = `sha256:${'a'.repeat(64)}`;
const events = (state: string, detail?: Record<string, unknown>): JobEvents => ({
  jobs: [
    {
      job_id: jobId,
      job_hash: hash,
      trace_id: null,
      state,
      attempt: 1,
      reason_code: null,
      at: '2026-01-01T00:00:00Z',
      ...(detail === undefined ? {} : { detail }),
    },
  ],
});
const news = (state: string, detail?: Record<string, unknown>) =>
  jobNews({ subject: `event.job.default.gateway.${state}`, body: events(state.toUpperCase(), detail) });

describe('jobNews', () => {
  it.each(['denied', 'rejected', 'expired', 'completed', 'withheld', 'failed', 'timed_out', 'cancelled'])(
    'takes %s as an end',
    (state) => {
      expect(news(state)).toEqual({
        ok: true,
        ended: [{ tenant_id: 'default', job_id: jobId }],
        quarantined: [],
      });
    },
  );

  it.each(['accepted', 'pending_approval', 'scheduled', 'running', 'never_heard_of'])(
    'passes over %s',
    (state) => {
      expect(news(state)).toEqual({ ok: true, ended: [], quarantined: [] });
    },
  );

  it('learns whose a quarantined output is', () => {
    const detail = { caller: 'local-producer', agent_id: 'agent-7', scanned: hash };
    expect(news('quarantined', detail)).toMatchObject({
      ok: true,
      ended: [],
      quarantined: [{ tenant_id: 'default', producer: 'gateway', job_id: jobId, attempt: 1, ...detail }],
    });
  });

  it('takes what the event does not say for unknown', () => {
    expect(news('quarantined', { caller: 7 })).toMatchObject({
      quarantined: [{ caller: null, agent_id: null, scanned: null }],
    });
  });

  it('refuses a subject outside the grammar', () => {
    expect(jobNews({ subject: 'event.job.default.gateway', body: events('FAILED') })).toEqual({
      ok: false,
      code: 'invalid_field',
    });
  });
});
