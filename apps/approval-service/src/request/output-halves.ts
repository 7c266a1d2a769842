import { Subjects, topicOf, type JobEvents, type ReasonCode, type Verdict } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';

/** What the scanner says of a quarantined output: everything but whose it is. */
export interface HeldVerdict {
  readonly verdict_id: string;
  readonly job_id: string;
  readonly attempt: number;
  readonly scanned: string;
  /** The pool whose worker returned the output. */
  readonly pool: string;
  readonly topic: string;
  /** JSON text of the findings. */
  readonly findings: string;
  readonly traceparent: string;
  readonly trace_id: string;
  readonly stored_at_ms: number;
}

/** What the scheduler says of a quarantined job: whose it is, and that the verdict was of its current lease. */
export interface QuarantinedJob {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly attempt: number;
  readonly job_hash: string;
  readonly producer: string;
  readonly caller: string | null;
  readonly agent_id: string | null;
  /** Digest of the result the scheduler recorded; null when the event does not say. */
  readonly scanned: string | null;
  /** Why its output is kept back; null when the event does not say. */
  readonly reason_code: string | null;
  /** Pool and topic of the result it waits for: the same bytes may have come from elsewhere. Null: any. */
  readonly pool: string | null;
  readonly topic: string | null;
}

/** The scanner's half of a question about an output, or the reason why its message is refused. */
export function heldVerdict(
  fact: Pick<Fact<Verdict>, 'id' | 'subject' | 'storedAtMs' | 'traceparent' | 'traceId' | 'body'>,
): { readonly ok: true; readonly half: HeldVerdict } | { readonly ok: false; readonly code: ReasonCode } {
  const address = Subjects.verdict.parse(fact.subject);
  const verdict = fact.body;
  if (address === undefined || verdict.kind !== 'quarantined' || address.kind !== verdict.kind)
    return { ok: false, code: 'invalid_field' };
  return {
    ok: true,
    half: {
      verdict_id: fact.id,
      job_id: verdict.job_id,
      attempt: verdict.attempt,
      scanned: verdict.scanned,
      pool: verdict.pool,
      topic: topicOf(address.tail),
      findings: JSON.stringify(verdict.findings),
      traceparent: fact.traceparent,
      trace_id: fact.traceId,
      stored_at_ms: fact.storedAtMs,
    },
  };
}

/** The scheduler's halves in one event about quarantined jobs of a producer. */
export function quarantinedJobs(
  owner: { readonly tenant: string; readonly producer: string },
  events: JobEvents,
): QuarantinedJob[] {
  return events.jobs.map((job) => ({
    tenant_id: owner.tenant,
    job_id: job.job_id,
    attempt: job.attempt,
    job_hash: job.job_hash,
    producer: owner.producer,
    caller: textOf(job.detail?.['caller']),
    agent_id: textOf(job.detail?.['agent_id']),
    scanned: textOf(job.detail?.['scanned']),
    reason_code: job.reason_code,
    pool: textOf(job.detail?.['pool']),
    topic: textOf(job.detail?.['topic']),
  }));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 ? value : null;
}
