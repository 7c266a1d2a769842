import {
  EventType,
  eventId,
  Header,
  JobState,
  MAX_BODY_BYTES,
  sealJob,
  Service,
  Step,
  Subjects,
  tailOf,
  type JobRequest,
} from '@countersign/contracts';
import { canonicalJson, sha256Digest, type JsonValue } from '@countersign/kernel';
import type { Emission } from '@countersign/service-kit';
import type { Caller } from '../identity/caller.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { IntakeRow } from '../intake/intake.store.js';

/** A request that may be taken in: its intake row, and what to tell the road. */
export interface Submission {
  readonly row: IntakeRow;
  /** Digest of the request as it was meant (RFC 8785), without anything that the gateway adds: what an idempotency key stands for. */
  readonly requestDigest: string;
  readonly emission: Emission;
}

/** What the sender of a job is answered. */
export interface Accepted {
  readonly job_id: string;
  readonly trace_id: string;
  readonly state: typeof JobState.Submitted;
  readonly job_hash: string;
}

/** Seals a valid request of a caller. `freshJobId` is used when the request names no id. Throws `tenant_mismatch`, `agent_not_allowed` or `too_large`. */
export function prepareSubmission(
  request: JobRequest,
  caller: Caller,
  trace: RequestTrace,
  freshJobId: string,
): Submission {
  if (request.tenant_id !== caller.tenant)
    throw new ApiError('tenant_mismatch', 'The job names a tenant that its caller does not belong to.', {
      pointer: '/tenant_id',
    });
  const tail = tailOf(request.topic);
  if (tail === undefined)
    throw new ApiError('invalid_field', '/topic is outside the grammar of topics', { pointer: '/topic' });
  const jobId = request.job_id ?? freshJobId;
  const { job, text, hash } = sealJob(request, { jobId, agentId: caller.name });
  const { agent_id: agent } = job;
  // Rules and limits are by agent: whoever could name any would choose its own.
  if (agent !== caller.name && !caller.agents.includes('*') && !caller.agents.includes(agent))
    throw new ApiError('agent_not_allowed', 'The job names an agent that its caller may not act for.', {
      pointer: '/agent_id',
    });
  // Sealing adds members, so a body within the limit can become a job past it, which the road would refuse unseen.
  if (Buffer.byteLength(text) > MAX_BODY_BYTES)
    throw new ApiError('too_large', `The job with its defaults is larger than ${MAX_BODY_BYTES} bytes.`);
  return {
    row: {
      tenant_id: caller.tenant,
      job_id: jobId,
      job_hash: hash,
      topic: job.topic,
      agent_id: job.agent_id,
      caller: caller.name,
      trace_id: trace.traceId,
    },
    requestDigest: sha256Digest(canonicalJson(request as JsonValue)),
    emission: {
      subject: Subjects.jobFrom.address({ producer: Service.Gateway, tail }),
      id: eventId(jobId, Step.Job, 0, hash),
      type: EventType.Job,
      text,
      jobId,
      traceparent: trace.traceparent,
      headers: { [Header.VerifiedCaller]: caller.name, [Header.VerifiedBy]: caller.by },
    },
  };
}

/** What an answer is made of. */
export type Known = Pick<IntakeRow, 'job_id' | 'trace_id' | 'job_hash'>;

/** The answer for a job: the same however often it is asked for. */
export function acceptedOf(row: Known): Accepted {
  return { job_id: row.job_id, trace_id: row.trace_id, state: JobState.Submitted, job_hash: row.job_hash };
}
