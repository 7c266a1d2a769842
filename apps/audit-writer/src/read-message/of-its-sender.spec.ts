import { describe, expect, it } from 'vitest';
import type { Draft, Message } from './message.js';
import { ofItsSender } from './of-its-sender.js';

const topology = { producers: [{ name: 'p1', tenant: 'acme', agents: [] }] };
const aMessage = (stream: string, subject: string): Message => {
  const draft: Draft = {
    place: { stream, seq: 1, storedAtMs: 0 },
    index: null,
    event_id: 'e',
    stream,
    subject,
    type: 'job.v1',
    source: null,
    tenant_id: 'victim',
    job_id: null,
    trace_id: null,
    causation_id: null,
    stored_at: '2026-11-20T14:00:03.000Z',
    body_sha256: 'sha256:1',
    summary: {},
  };
  return { stream, seq: 1, drafts: [draft] };
};

describe('the tenant under which a message is filed (N08)', () => {
  it.each([
    ['a job from the bus', 'JOBS', 'from.p1.job.x', 'acme'],
    ['a job of a producer that is known no more', 'JOBS', 'from.gone.job.x', null],
    ['a job under a subject outside the grammar', 'JOBS', 'from.p1.job.X', null],
    ['a job from the gateway, which verifies its callers', 'JOBS', 'from.gateway.job.x', 'victim'],
    ['a message of a service', 'DECISIONS', 'decision.allow.x', 'victim'],
  ])('of %s', (_what, stream, subject, tenant) =>
    expect(ofItsSender(aMessage(stream, subject), topology).drafts[0]?.tenant_id).toBe(tenant),
  );
});
