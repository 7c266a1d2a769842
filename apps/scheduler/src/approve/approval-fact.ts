import type { ApprovalResolved } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import type { JobFact } from '../job/job-fact.js';

/** What an answered question says about its job. */
export function approvalFact(fact: Pick<Fact<ApprovalResolved>, 'id' | 'traceparent' | 'body'>): JobFact {
  return {
    kind: 'approval',
    jobId: fact.body.job_id,
    cause: { id: fact.id, traceparent: fact.traceparent },
    approval: fact.body,
  };
}
