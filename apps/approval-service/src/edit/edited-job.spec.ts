import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, sealJob } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { editedJob } from './edited-job.js';

const [ORIGINAL, EDITED] = ['01JD4XQ8Z6T0V9K3M2N5P7R8S1', '01JD4XQ8Z6T0V9K3M2N5P7R8S2'];
const original = sealJob(
  {
    topic: 'job.pay.refund',
    tenant_id: 'acme',
    agent_id: 'agent-7',
    params: { amount: 900 },
    risk_tags: ['money'],
    deadline: '2030-01-01T00:00:00Z',
  },
  { jobId: ORIGINAL, agentId: 'agent-7' },
);

describe('editedJob (H8)', () => {
  it('has other params, another id and another hash, and all else of the original', () => {
    const edited = editedJob(original.text, { amount: 90 }, EDITED);
    if (!edited.ok) throw new Error(edited.code);
    expect(JSON.parse(edited.text)).toEqual({ ...original.job, job_id: EDITED, params: { amount: 90 } });
    expect(edited.hash).toBe(sha256Digest(edited.text));
    expect(edited.hash).not.toBe(original.hash);
    expect(edited.changes).toEqual([{ pointer: '/amount', before: 900, after: 90 }]);
  });

  it.each([
    ['the same params', { amount: 900 }, 'nothing_edited'],
    ['more than a job may have', { text: 'x'.repeat(MAX_BODY_BYTES) }, 'too_large'],
    ['what no table can keep', { text: '\0' }, 'invalid_field'],
  ])('refuses %s', (_, params, code) =>
    expect(editedJob(original.text, params)).toEqual({ ok: false, code }),
  );
});
