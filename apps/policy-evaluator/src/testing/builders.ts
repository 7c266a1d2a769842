import { sealJob, type JobRequest } from '@countersign/contracts';
import { loadPolicy, type PolicySnapshot } from '@countersign/policy-engine';
import type { AdmittedJob } from '../evaluate/admit-job.js';

/** The snapshot of one file. Throws with what is wrong in it. */
export function aSnapshot(text: string): PolicySnapshot {
  const loaded = loadPolicy([{ file: 'policy.yaml', text }]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.snapshot;
}

/** A job as the gateway's callers send it, admitted. */
export function anAdmittedJob(request: Partial<JobRequest> = {}): AdmittedJob {
  const { topic = 'job.mail.send', tenant_id: tenant = 'acme' } = request;
  const ids = { jobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', agentId: 'agent-1' };
  const sealed = sealJob({ ...request, topic, tenant_id: tenant }, ids);
  return {
    ...sealed,
    verified: {
      producer: 'gateway',
      caller: 'agent-1',
      tenant_id: tenant,
      agent_id: sealed.job.agent_id,
      by: 'api_key',
    },
    tail: topic.slice('job.'.length),
  };
}

/** A clock that stands still. */
export const CLOCK = { now: () => new Date('2026-11-25T10:00:00.000Z'), micros: () => 0 };
