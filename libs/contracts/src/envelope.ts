/** CloudEvents 1.0 in binary mode: the envelope travels in headers, the body is the data alone. */
export const Header = {
  SpecVersion: 'ce-specversion',
  Id: 'ce-id',
  Type: 'ce-type',
  Source: 'ce-source',
  Time: 'ce-time',
  Subject: 'ce-subject',
  CausationId: 'ce-causationid',
  Traceparent: 'traceparent',
  ContentType: 'content-type',
  MessageId: 'Nats-Msg-Id',
  /** Set by the gateway alone: the caller it authenticated. It counts only on `from.gateway.job.>`. */
  VerifiedCaller: 'cs-verified-caller',
  /** Beside it, and no more believed from anybody else: how the gateway knows that caller, one of `EDGE_PROOFS`. */
  VerifiedBy: 'cs-verified-by',
  /**
   * Set by the approval-service and the policy-evaluator alone: the producer of the job that another was put in the place
   * of. It counts only on `from.approval-service.job.>` and `from.policy-evaluator.job.>`.
   */
  VerifiedProducer: 'cs-verified-producer',
  /** Set by the policy-evaluator alone: id and hash, with a space between, of the job that this one replaces. */
  Replaces: 'cs-replaces',
} as const;

/** Event types with their version. */
export const EventType = {
  Job: 'job.v1',
  Decision: 'decision.v1',
  ApprovalResolved: 'approval.resolved.v1',
  Offer: 'offer.v1',
  Result: 'result.v1',
  Verdict: 'verdict.v1',
  Output: 'output.v1',
  JobEvent: 'job.event.v1',
  Audited: 'audit.appended.v1',
  DeadLetter: 'dead_letter.v1',
  Refused: 'refused.v1',
  ApiKeyChanged: 'api_key.changed.v1',
  ApprovalEvent: 'approval.event.v1',
  ReviewEvent: 'review.event.v1',
  OutputEvent: 'output.event.v1',
  PolicyChanged: 'policy.changed.v1',
  PolicyCheckFailed: 'policy_check.failed.v1',
  Stop: 'control.stop.v1',
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

/** What is known of a message besides its body. */
export interface Envelope {
  readonly id: string;
  readonly type: string;
  /** `/countersign/<service>`, or what a producer's client says. */
  readonly source: string;
  /** RFC 3339 time at which the sender made the event; told, never used to decide. */
  readonly time: string;
  /** The job id. Absent on events about many jobs. */
  readonly jobId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** `ce-source` of a service. */
export function sourceOf(service: string): string {
  return `/countersign/${service}`;
}

/** The steps of the road that name event ids. */
export const Step = {
  Job: 'job',
  Decision: 'decision',
  Approval: 'approval',
  OutputApproval: 'output-approval',
  Offer: 'offer',
  Result: 'result',
  Verdict: 'verdict',
  Release: 'release',
  Output: 'output',
} as const;
export type Step = (typeof Step)[keyof typeof Step];

/** An event id that derives from its cause, so that a repeated step says the same id: `<job>:<step>:<attempt>:<16 hex of job hash>`. */
export function eventId(jobId: string, step: Step, attempt: number, jobHash: string): string {
  return `${jobId}:${step}:${attempt}:${jobHash.slice('sha256:'.length, 'sha256:'.length + 16)}`;
}

/** `Nats-Msg-Id` of one sending. A wanted re-send is a new number, so the broker's duplicate window does not swallow it. */
export function messageId(id: string, sendNumber: number): string {
  return `${id}#${sendNumber}`;
}
