import { setImmediate as breathe } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  decisionSeal,
  eventId,
  EventType,
  Header,
  PolicyChange,
  Service,
  Step,
  Subjects,
  type JobEvents,
  type SealKeys,
} from '@countersign/contracts';
import {
  PLATFORM_CONFIG,
  type Emission,
  type Fact,
  type PlatformConfig,
  type Work,
} from '@countersign/service-kit';
import { ActivePolicy } from '../policy/active-policy.js';
import { tellChange } from '../policy/policy-event.js';
import { admitJob, type AdmittedJob, type ClaimRefusal } from './admit-job.js';
import { isFailure } from './answer.js';
import { decideJob, type DecidedJob, type UnsealedDecision } from './decide-job.js';
import type { Replacement } from './replace-job.js';

const COLUMNS = {
  job_id: 'text',
  tenant_id: 'text',
  job_hash: 'text',
  type: 'text',
  policy_snapshot: 'text',
  message: 'text',
} as const;

/** So much is scanned at a stretch, in characters: what else the process does must not wait for a whole batch. */
const SCANNED_AT_A_STRETCH = 256 * 1024;

const clock = { now: () => new Date(), micros: () => Number(process.hrtime.bigint() / 1000n) };

interface Decided extends DecidedJob {
  readonly fact: Fact<unknown>;
  readonly admitted: AdmittedJob;
  readonly text: string;
}

/** Decides a batch of jobs: admit, decide, commit decision and outbox together, tell the producers. */
@Injectable()
export class EvaluateJobsHandler {
  private readonly logger = new Logger(Service.PolicyEvaluator);
  private readonly sealKeys: SealKeys;

  /** Throws where there is no key to seal decisions with: nothing would be scheduled. */
  constructor(
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
  ) {
    this.sealKeys = config.secrets.decisionSealKeys();
  }

  async handle(work: Work, facts: readonly Fact<unknown>[]): Promise<void> {
    const decided: Decided[] = [];
    const events = new JobEventBatch();
    // One for the whole batch: what is activated meanwhile is for the next.
    const { snapshot } = this.policy;
    const undecided: UnsealedDecision[] = [];
    let scanned = 0;
    for (const fact of facts) {
      if (scanned >= SCANNED_AT_A_STRETCH) {
        scanned = 0;
        await breathe();
      }
      const admission = admitJob(fact, this.config.topology);
      switch (admission.kind) {
        case 'malformed':
          work.deadLetter(fact, admission.problem.code, admission.problem.pointer);
          break;
        case 'refused':
          this.refuse(work, fact, admission.refusal);
          break;
        case 'admitted': {
          const answer = decideJob(admission.job, snapshot, clock);
          if (answer.decision.input) scanned += answer.decision.job.length;
          if (answer.decision.reason_code === 'evaluation_error') undecided.push(answer.decision);
          const sealed = { ...answer.decision, seal: decisionSeal(answer.decision, this.sealKeys) };
          decided.push({ ...answer, fact, admitted: admission.job, text: JSON.stringify(sealed) });
        }
      }
    }
    if (undecided.length > 0) this.alarm(work, undecided);
    const stored = await this.store(work, decided);
    for (const item of decided) {
      if (!stored.has(item)) continue;
      const { decision, admitted, fact } = item;
      work.emit({
        subject: Subjects.decision.address({ effect: item.effect, tail: admitted.tail }),
        id: item.eventId,
        type: EventType.Decision,
        text: item.text,
        jobId: decision.job_id,
        cause: fact,
        ref: { kind: 'decision', id: decision.job_id },
      });
      events.add(item);
      if (item.replacement) work.emit(replacementEmission(item, item.replacement));
    }
    events.emit(work);
  }

  /** Inserts the decisions. A job id that is known with the same content is the same job; with other content it is refused. */
  private async store(work: Work, decided: readonly Decided[]): Promise<ReadonlySet<Decided>> {
    const rows = decided.map(({ decision, text }) => ({
      job_id: decision.job_id,
      tenant_id: decision.verified.tenant_id,
      job_hash: decision.job_hash,
      type: decision.type,
      policy_snapshot: decision.policy_snapshot,
      message: text,
    }));
    const inserted = await work.insertMany<{ job_id: string; job_hash: string }>(
      'decisions',
      COLUMNS,
      rows,
      'ON CONFLICT (job_id) DO NOTHING RETURNING job_id, job_hash',
    );
    const hashes = new Map(inserted.map((row) => [row.job_id, row.job_hash]));
    const stored = new Set<Decided>();
    const repeated: Decided[] = [];
    for (const item of decided) {
      // Of doubles within the batch only the first was inserted.
      if (hashes.get(item.decision.job_id) === item.decision.job_hash) {
        stored.add(item);
        hashes.delete(item.decision.job_id);
      } else repeated.push(item);
    }
    if (repeated.length > 0) await this.judgeRepeated(work, repeated);
    return stored;
  }

  private async judgeRepeated(work: Work, repeated: readonly Decided[]): Promise<void> {
    const known = await work.query<{ job_id: string; job_hash: string }>(
      'SELECT job_id, job_hash FROM decisions WHERE job_id = ANY($1)',
      [repeated.map((item) => item.decision.job_id)],
    );
    const hashes = new Map(known.map((row) => [row.job_id, row.job_hash]));
    for (const { decision, admitted, fact } of repeated) {
      if (hashes.get(decision.job_id) === decision.job_hash) continue;
      const { producer, tenant_id: tenant } = admitted.verified;
      this.refuse(work, fact, {
        code: 'job_id_conflict',
        tenant,
        producer,
        jobId: decision.job_id,
        hash: decision.job_hash,
      });
    }
  }

  /** Such jobs are denied like any other, and it is the platform that has to be looked at (P13). */
  private alarm(work: Work, undecided: readonly UnsealedDecision[]): void {
    for (const { job_id: job, policy_snapshot: snapshot, reason } of undecided)
      this.logger.error({ message: 'a job could not be evaluated and is denied', job, snapshot, reason });
    // Told beyond the log where the engine itself has failed; jobs that can't be judged anybody may send.
    const failed = undecided.filter(isFailure);
    const [first] = failed;
    if (first)
      tellChange(work, PolicyChange.Failed, { snapshot: first.policy_snapshot, failed_jobs: failed.length });
  }

  private refuse(work: Work, fact: Fact<unknown>, refusal: ClaimRefusal): void {
    work.refuse(
      {
        job_id: refusal.jobId,
        trace_id: fact.traceId,
        what: 'job',
        reason_code: refusal.code,
        detail: { producer: refusal.producer, tenant_id: refusal.tenant, job_hash: refusal.hash },
      },
      fact,
    );
  }
}

/** The job in the place of a refused one, in the name of who sent that. */
function replacementEmission({ admitted, fact }: Decided, replacement: Replacement): Emission {
  const { verified, job, hash, tail } = admitted;
  return {
    subject: Subjects.jobFrom.address({ producer: Service.PolicyEvaluator, tail }),
    id: eventId(replacement.jobId, Step.Job, 0, replacement.hash),
    type: EventType.Job,
    text: replacement.text,
    jobId: replacement.jobId,
    cause: fact,
    // Its answer, a decision, goes to others; that the audit log has it shows that the stream has it.
    final: true,
    headers: {
      [Header.VerifiedCaller]: verified.caller,
      [Header.VerifiedProducer]: verified.producer,
      [Header.VerifiedBy]: verified.by,
      [Header.Replaces]: `${job.job_id} ${hash}`,
    },
  };
}

/** Collects what is told to each producer: one message for all its jobs of a batch. */
class JobEventBatch {
  private readonly groups = new Map<string, Decided[]>();

  add(item: Decided): void {
    const { tenant_id: tenant, producer } = item.admitted.verified;
    const subject = Subjects.eventJob.address({ tenant, producer, state: 'accepted' });
    const group = this.groups.get(subject);
    if (group) group.push(item);
    else this.groups.set(subject, [item]);
  }

  emit(work: Work): void {
    for (const [subject, items] of this.groups) {
      const first = items[0]!;
      const body: JobEvents = {
        jobs: items.map(({ decision, fact }) => ({
          job_id: decision.job_id,
          job_hash: decision.job_hash,
          trace_id: fact.traceId,
          state: 'accepted',
          attempt: 0,
          reason_code: null,
          at: decision.evaluated_at,
          cause: fact.id,
          ...(decision.input?.replaces && { detail: { replaces: decision.input.replaces.job_id } }),
        })),
      };
      work.emit({
        subject,
        id: first.eventId.replace(':decision:', ':event-accepted:'),
        type: EventType.JobEvent,
        body,
        cause: first.fact,
        final: true,
      });
    }
  }
}
