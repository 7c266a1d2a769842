import { expect, it } from 'vitest';
import { EventType } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { summarise } from './summarise.js';

const HASH = `sha256:${'b'.repeat(64)}`;
const JOB = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const refused = (detail: { [name: string]: JsonValue }) =>
  summarise(EventType.Refused, {
    job_id: null,
    trace_id: 'a'.repeat(32),
    what: 'submit',
    reason_code: 'invalid_field',
    detail,
  });

it('keeps of a refusal who wanted what, where the fault was, and how often it came', () => {
  const detail = {
    body_sha256: HASH,
    by: 'local-producer',
    count: 7,
    pointer: '/risk_tags/1/*',
    since: '2026-11-20T14:00:03.123Z',
    subject: 'claim.mcp',
    target: JOB,
  };
  expect(refused({ tenant_id: 'default', ...detail })).toEqual([
    {
      summary: { what: 'submit', reason_code: 'invalid_field', detail },
      jobId: null,
      traceId: 'a'.repeat(32),
      tenantId: 'default',
    },
  ]);
});

it('keeps nothing of a refusal’s detail that is not what it should be', () => {
  const [digested] = refused({
    tenant_id: 'Not A Token',
    body_sha256: 'secret',
    by: null,
    count: '1 secret',
    pointer: '/params/AKIA0000',
    since: 'secret',
    target: 'secret',
    other: 'secret',
  });
  expect(digested).toEqual({
    summary: { what: 'submit', reason_code: 'invalid_field' },
    jobId: null,
    traceId: 'a'.repeat(32),
  });
});
