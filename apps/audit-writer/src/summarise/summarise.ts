import {
  ApiKeyChanged,
  ApprovalEvent,
  ApprovalResolved,
  DeadLetter,
  Decision,
  EventType,
  JobEvents,
  Offer,
  Output,
  OutputEvent,
  PolicyChanged,
  PolicyCheckFailed,
  Refused,
  Result,
  ReviewEvent,
  Stop,
  validate,
  Verdict,
  type Parsed,
} from '@countersign/contracts';
import { assertNever, type JsonValue } from '@countersign/kernel';
import { summariseDecision } from './decision.js';
import { summariseJob } from './job.js';
import { summariseJobEvent } from './job-event.js';
import { pick, type Summary } from './pick.js';
import { summariseRefusal, tenantOfRefusal } from './refusal.js';

/** What is kept of one message, or of one job in a message about many. */
export interface Digested {
  readonly summary: Summary;
  readonly jobId?: string | null;
  readonly traceId?: string | null;
  /** The message that brought this job where the event says it is. */
  readonly cause?: string;
  /** The tenant that the body itself names; a subject's tenant is added by the caller. */
  readonly tenantId?: string;
}

/**
 * Keeps the safe members of a parsed body: identities, digests, counts, decisions and votes; never params, labels'
 * values, outputs or errors. A body that does not match its type keeps its digest alone: what is unknown may be a secret.
 */
export function summarise(type: EventType, body: JsonValue): readonly Digested[] {
  switch (type) {
    case EventType.Job: {
      const summary = summariseJob(body);
      const text = (name: string) => (typeof summary[name] === 'string' ? summary[name] : undefined);
      const tenantId = text('tenant_id');
      return [{ summary, jobId: text('job_id') ?? null, ...(tenantId === undefined ? {} : { tenantId }) }];
    }
    case EventType.Decision:
      return one(validate(Decision, body), (b) => ({
        summary: summariseDecision(b),
        jobId: b.job_id,
        tenantId: b.verified.tenant_id,
      }));
    case EventType.ApprovalResolved:
      return one(validate(ApprovalResolved, body), (b) => ({
        summary: pick(
          b,
          'approval_id',
          'decision_id',
          'job_hash',
          'kind',
          'outcome',
          'policy_snapshot',
          'reason_code',
          'resolved_at',
          'scanned',
          'votes',
        ),
        jobId: b.job_id,
      }));
    case EventType.ApprovalEvent:
      return one(validate(ApprovalEvent, body), (b) => ({
        summary: pick(b, 'approval_id', 'at', 'by', 'change', 'edited', 'groups', 'job_hash', 'kind'),
        jobId: b.job_id,
        traceId: b.trace_id,
        tenantId: b.tenant_id,
      }));
    case EventType.ReviewEvent:
      return one(validate(ReviewEvent, body), (b) => ({
        summary: pick(b, 'at', 'attempt', 'by', 'job_hash', 'verdict', 'waited_sec'),
        jobId: b.job_id,
        traceId: b.trace_id,
        tenantId: b.tenant_id,
      }));
    case EventType.Offer:
      return one(validate(Offer, body), (b) => ({
        summary: pick(b, 'attempt', 'job_hash', 'offer_expires_at', 'pool'),
        jobId: b.job_id,
      }));
    case EventType.Result:
      return one(validate(Result, body), (b) => ({
        summary: {
          ...pick(b, 'attempt', 'constraints_digest'),
          effects: b.effects.length,
          epoch: b.lease.epoch,
          ...pick(b, 'finished_at', 'run_id', 'started_at', 'status'),
          usage: pick(b.usage, 'tokens_in', 'tokens_out', 'usd_micros'),
        },
        jobId: b.job_id,
      }));
    case EventType.Verdict:
      return one(validate(Verdict, body), (b) => ({
        summary: pick(
          b,
          'attempt',
          'effects',
          'epoch',
          'exceeded',
          'findings',
          'kind',
          'policy',
          'reason_code',
          'released',
          'scanned',
          'status',
        ),
        jobId: b.job_id,
      }));
    case EventType.OutputEvent:
      return one(validate(OutputEvent, body), (b) => ({
        summary: pick(b, 'approval_id', 'attempt', 'by', 'change', 'end', 'findings', 'scanned'),
        jobId: b.job_id,
        traceId: b.trace_id,
        ...(b.tenant_id === null ? {} : { tenantId: b.tenant_id }),
      }));
    case EventType.Output:
      return one(validate(Output, body), (b) => ({
        summary: pick(b, 'kind', 'released', 'state'),
        jobId: b.job_id,
      }));
    case EventType.JobEvent: {
      const parsed = validate(JobEvents, body);
      if (!parsed.ok) return one(parsed, () => ({ summary: {} }));
      return parsed.value.jobs.map((job) => ({
        summary: summariseJobEvent(job),
        jobId: job.job_id,
        traceId: job.trace_id,
        ...(job.cause === undefined ? {} : { cause: job.cause }),
      }));
    }
    case EventType.DeadLetter:
      return one(validate(DeadLetter, body), (b) => ({
        summary: pick(
          b,
          'body_sha256',
          'dead_letter_id',
          'reason_code',
          'seq',
          'stream',
          'subject',
          'tries',
          'verified',
        ),
        jobId: b.job_id,
      }));
    case EventType.Refused:
      return one(validate(Refused, body), (b) => {
        const tenantId = tenantOfRefusal(b);
        return {
          summary: summariseRefusal(b),
          jobId: b.job_id,
          traceId: b.trace_id,
          ...(tenantId === undefined ? {} : { tenantId }),
        };
      });
    case EventType.ApiKeyChanged:
      return one(validate(ApiKeyChanged, body), (b) => ({
        summary: pick(
          b,
          'agents',
          'by',
          'change',
          'expires_at',
          'groups',
          'key_id',
          'name',
          'roles',
          'tenant_id',
        ),
        tenantId: b.tenant_id,
      }));
    case EventType.PolicyChanged:
      return one(validate(PolicyChanged, body), (b) => ({
        summary: pick(
          b,
          'at',
          'by',
          'change',
          'content',
          'how',
          'policy_id',
          'policy_version',
          'previous',
          'problem_count',
          'problems',
          'snapshot',
          'tenant_id',
        ),
        ...(b.tenant_id === null ? {} : { tenantId: b.tenant_id }),
      }));
    case EventType.PolicyCheckFailed:
      return one(validate(PolicyCheckFailed, body), (b) => ({
        summary: pick(
          b,
          'agent_id',
          'by',
          'cause',
          'count',
          'environment',
          'job_hash',
          'outcome',
          'since',
          'tenant_id',
          'topic',
        ),
        tenantId: b.tenant_id,
      }));
    case EventType.Stop:
      return one(validate(Stop, body), (b) => ({ summary: pick(b, 'attempt', 'lease_id'), jobId: b.job_id }));
    case EventType.Audited:
      return [{ summary: {} }];
    default:
      return assertNever(type);
  }
}

function one<T>(parsed: Parsed<T>, digest: (body: T) => Digested): readonly Digested[] {
  return [parsed.ok ? digest(parsed.value) : { summary: { invalid_body: parsed.problem.code } }];
}
