import {
  EDGE_PROOFS,
  Header,
  JobRequest,
  sealJob,
  Subjects,
  topicOf,
  validate,
  VerifiedBy,
  type BodyProblem,
  type CanonicalJob,
  type ReasonCode,
  type SealedJob,
  type Topology,
  type Verified,
} from '@countersign/contracts';
import { derivedUlid, ULID_PATTERN } from '@countersign/kernel';
import type { Fact } from '@countersign/service-kit';

/** A job whose sender is known and whose content is sealed. */
export interface AdmittedJob extends SealedJob {
  readonly job: CanonicalJob;
  readonly verified: Verified;
  readonly tail: string;
  /** The job in whose place this one stands. */
  readonly replaces?: { readonly job_id: string; readonly job_hash: string };
}

/** A refusal of the sender's claim: well-formed, but not for this sender to say. */
export interface ClaimRefusal {
  readonly code: ReasonCode;
  readonly tenant: string;
  readonly producer: string;
  readonly jobId: string;
  readonly hash: string;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly job: AdmittedJob }
  | { readonly kind: 'refused'; readonly refusal: ClaimRefusal }
  | { readonly kind: 'malformed'; readonly problem: BodyProblem };

const PRODUCER_NAME = /^[a-z0-9_-]{1,64}$/;
const JOB_ID = new RegExp(ULID_PATTERN);
const HASH = /^sha256:[0-9a-f]{64}$/;
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

/**
 * Establishes who sent a job and what exactly it is. The account that the broker stamped into the subject is the
 * identity; what the body says of tenant and agent is a claim that must fit it. Pure.
 */
export function admitJob(fact: Fact<unknown>, topology: Topology): Admission {
  const address = Subjects.jobFrom.parse(fact.subject);
  if (!address) return malformed('invalid_field', '', 'the subject is outside the grammar');
  const fromGateway = address.producer === 'gateway';
  // Jobs in the place of others: edited by a reviewer, or with findings taken out by this service itself.
  const isRedacted = address.producer === 'policy-evaluator';
  const isEdited = isRedacted || address.producer === 'approval-service';
  const candidate = fromGateway || isEdited ? withoutVersion(fact.body) : fact.body;
  const parsed = validate(JobRequest, candidate);
  if (!parsed.ok) return { kind: 'malformed', problem: parsed.problem };
  const request = parsed.value;
  if (request.topic !== topicOf(address.tail))
    return malformed('topic_mismatch', '/topic', 'the topic differs from the subject');

  if (fromGateway) {
    const caller = fact.header(Header.VerifiedCaller);
    if (caller === undefined || !AGENT_NAME.test(caller) || request.job_id === undefined)
      return malformed('invalid_envelope', '', 'the gateway names no caller');
    const proof = fact.header(Header.VerifiedBy);
    const by = EDGE_PROOFS.find((one) => one === proof);
    if (by === undefined)
      return malformed('invalid_envelope', '', 'the gateway says not how it knows the caller');
    const sealed = sealJob(request, { jobId: request.job_id, agentId: caller });
    // The gateway made the bytes; anything else than exactly these bytes did not come from it as it was.
    if (sealed.text !== fact.text)
      return malformed('digest_mismatch', '', 'the bytes are not the canonical ones');
    const verified: Verified = {
      producer: 'gateway',
      caller,
      tenant_id: request.tenant_id,
      agent_id: sealed.job.agent_id,
      by,
    };
    return { kind: 'admitted', job: { ...sealed, verified, tail: address.tail } };
  }

  if (isEdited) {
    const admission = admitEdited(fact, request, address.tail);
    if (!isRedacted || admission.kind !== 'admitted') return admission;
    const [jobId = '', hash = ''] = (fact.header(Header.Replaces) ?? '').split(' ');
    if (!JOB_ID.test(jobId) || !HASH.test(hash))
      return malformed('invalid_envelope', '', 'a redacted job does not say which one it replaces');
    return { kind: 'admitted', job: { ...admission.job, replaces: { job_id: jobId, job_hash: hash } } };
  }
  const producer = topology.producers.find((p) => p.name === address.producer);
  if (!producer) return malformed('forged', '', 'the producer is not known');
  const jobId = request.job_id ?? derivedUlid(fact.storedAtMs, fact.id);
  const sealed = sealJob(request, { jobId, agentId: producer.name });
  const agent = sealed.job.agent_id;
  const refused = (code: ReasonCode): Admission => ({
    kind: 'refused',
    refusal: { code, tenant: producer.tenant, producer: producer.name, jobId, hash: sealed.hash },
  });
  if (request.tenant_id !== producer.tenant) return refused('tenant_mismatch');
  if (agent !== producer.name && !producer.agents.includes('*') && !producer.agents.includes(agent))
    return refused('agent_not_allowed');
  const verified: Verified = {
    producer: producer.name,
    caller: producer.name,
    tenant_id: producer.tenant,
    agent_id: agent,
    by: VerifiedBy.Account,
  };
  return { kind: 'admitted', job: { ...sealed, verified, tail: address.tail } };
}

/** A job in the place of another: its sender is still who sent the original, in the words of the service that made it. */
function admitEdited(fact: Fact<unknown>, request: JobRequest, tail: string): Admission {
  const [caller, producer, proof] = [Header.VerifiedCaller, Header.VerifiedProducer, Header.VerifiedBy].map(
    (name) => fact.header(name) ?? '',
  ) as [string, string, string];
  const by = Object.values(VerifiedBy).find((one) => one === proof);
  if (
    request.job_id === undefined ||
    request.agent_id === undefined ||
    !AGENT_NAME.test(caller) ||
    !PRODUCER_NAME.test(producer) ||
    by === undefined
  )
    return malformed('invalid_envelope', '', 'a job in the place of another does not say whose it is');
  const sealed = sealJob(request, { jobId: request.job_id, agentId: request.agent_id });
  if (sealed.text !== fact.text)
    return malformed('digest_mismatch', '', 'the bytes are not the canonical ones');
  const verified: Verified = {
    producer,
    caller,
    tenant_id: request.tenant_id,
    agent_id: sealed.job.agent_id,
    by,
  };
  return { kind: 'admitted', job: { ...sealed, verified, tail } };
}

/** The canonical form carries `v`, which no producer may send. */
function withoutVersion(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('v' in body) || body.v !== 1) return body;
  const { v: _v, ...request } = body;
  return request;
}

function malformed(code: ReasonCode, pointer: string, message: string): Admission {
  return { kind: 'malformed', problem: { code, pointer, message } };
}
