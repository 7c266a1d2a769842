import { JobRequest, sealJob, validate, type SealedJob } from '@countersign/contracts';
import { derivedUlid } from '@countersign/kernel';
import { redactInput } from '@countersign/policy-engine';
import type { AdmittedJob } from './admit-job.js';

/** A job in the place of another: the same but for what the detectors took out of it. */
export interface Replacement extends SealedJob {
  readonly jobId: string;
}

/**
 * The job that goes on in the place of one that must not run as it is: its canonical bytes with redacted members
 * and an id of its own, sealed anew. The same original always has the same replacement. `at`: Unix time in milliseconds.
 * Undefined if there is no such job: nothing could be taken out, or what is left is no job.
 */
export function replacementOf({ job, hash }: AdmittedJob, at: number): Replacement | undefined {
  const { v: _v, ...request } = job;
  const redacted = redactInput(job.params, job.labels, job);
  if (redacted === undefined) return undefined;
  const jobId = derivedUlid(at, `${job.job_id}:redacted:${hash}`);
  const checked = validate(JobRequest, { ...request, ...redacted, job_id: jobId });
  if (!checked.ok) return undefined;
  const { text, hash: sealed } = sealJob(checked.value, { jobId, agentId: job.agent_id });
  return { jobId, text, hash: sealed };
}
