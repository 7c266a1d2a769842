import { canonicalJob, type CanonicalJob } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { checkRequest } from './policy-request.js';
import { policyRequestOf } from './policy-request-of.js';

const NOW = '2026-11-20T10:00:00Z';
const job: CanonicalJob = canonicalJob(
  { topic: 'job.pay.refund', tenant_id: 'claimed', params: { amount: 5 }, task_id: 'task-1' },
  { jobId: 'job-1', agentId: 'claimed-agent' },
);
const sender = { tenant_id: 'acme', agent_id: 'agent-1', producer: 'p1', by: 'account' } as const;

describe('what is asked about a job', () => {
  it('is well-formed and names the sender that was verified, whatever the job says (P08)', () => {
    const request = policyRequestOf(job, sender, NOW);
    expect(() => checkRequest(request)).not.toThrow();
    expect(request).toMatchObject({
      topic: 'job.pay.refund',
      tenantId: 'acme',
      agentId: 'agent-1',
      verified: { producer: 'p1', by: 'account' },
      params: { amount: 5 },
      now: NOW,
    });
  });

  it('has the other members of the job as details, and none of its identity', () => {
    const { details } = policyRequestOf(job, sender, NOW);
    expect(details).toEqual({ job_id: 'job-1', task_id: 'task-1' });
  });

  it('has an action and a resource only where the job names them', () => {
    expect(policyRequestOf(job, sender, NOW)).not.toHaveProperty('resource');
    const named = policyRequestOf({ ...job, action: 'refund', resource: 'a/b' }, sender, NOW);
    expect(named).toMatchObject({ action: 'refund', resource: 'a/b' });
  });

  it('says nothing verified of a sender of whom nothing was', () => {
    const { verified } = policyRequestOf(job, { tenant_id: 'acme', agent_id: 'a' }, NOW);
    expect(verified).toEqual({});
  });
});
