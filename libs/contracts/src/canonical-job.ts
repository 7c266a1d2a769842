import { canonicalJson, sha256Digest, type JsonValue } from '@countersign/kernel';
import type { JobRequest } from './job-messages.js';

/** A job as it is decided, shown, dispatched and hashed: the request with its defaults and its identity filled in. */
export interface CanonicalJob extends JobRequest {
  readonly v: 1;
  readonly job_id: string;
  readonly agent_id: string;
  readonly params: unknown;
  readonly risk_tags: string[];
  readonly labels: Record<string, string>;
  readonly capabilities: string[];
}

/** The canonical bytes of a job and their hash, made once and never re-serialised on the way. */
export interface SealedJob {
  /** RFC 8785 JSON text; its UTF-8 bytes are what is hashed. */
  readonly text: string;
  /** `sha256:` and hex. */
  readonly hash: string;
}

const sortedUnique = (values: readonly string[] = []) => [...new Set(values)].sort();

/** Who a job is: what its request may leave open. `agentId` is the verified one, used when the request names none. */
export interface JobIds {
  readonly jobId: string;
  readonly agentId: string;
}

/** Fills in the defaults of a request: the job as it would be sealed. */
export function canonicalJob(request: JobRequest, ids: JobIds): CanonicalJob {
  // `publish: false` says nothing, so it has no bytes: a job is of one hash, whether it says so or not.
  const { compensation, publish, ...rest } = request;
  return {
    ...rest,
    v: 1,
    job_id: ids.jobId,
    agent_id: request.agent_id ?? ids.agentId,
    params: request.params ?? {},
    labels: request.labels ?? {},
    risk_tags: sortedUnique(request.risk_tags),
    capabilities: sortedUnique(request.capabilities),
    ...(publish === true && { publish }),
    ...(compensation === undefined
      ? {}
      : {
          compensation: {
            ...compensation,
            params: compensation.params ?? {},
            risk_tags: sortedUnique(compensation.risk_tags),
          },
        }),
  };
}

/** Fills in the defaults of a request and seals it. */
export function sealJob(request: JobRequest, ids: JobIds): SealedJob & { job: CanonicalJob } {
  const job = canonicalJob(request, ids);
  const text = canonicalJson(job as unknown as JsonValue);
  return { job, text, hash: sha256Digest(text) };
}
