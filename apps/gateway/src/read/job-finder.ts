import { Inject, Injectable } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { ANSWER_TIMEOUT_MS, askService, objectMember, refusalFrom } from '../http/ask-service.js';
import type { Caller } from '../identity/caller.js';
import type { RequestTrace } from '../http/request-trace.js';
import { findIntake, type StoredIntake } from '../intake/intake.store.js';
import { conflictingJob, intakeJob, type IntakeJob } from './intake-job.js';

/** Who wants to know, and the trace of their question. */
export interface Asker {
  readonly caller: Pick<Caller, 'tenant'>;
  readonly trace: RequestTrace;
}

/** A job as the scheduler tells of it. */
export type SchedulerJob = Readonly<Record<string, unknown>> & {
  readonly job_id: string;
  readonly job_hash: string;
};

/** How long a submission waits for the scheduler to say whether it knows a job id, in milliseconds. */
const KNOWN_TIMEOUT_MS = 1_000;

/** Finds the job that an id means to its tenant, in the intake and at the scheduler. */
@Injectable()
export class JobFinder {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  /** The job, or undefined when nobody knows it. One that was taken in here is never answered with another of its id. */
  async find(jobId: string, asker: Asker): Promise<object | undefined> {
    const row = await this.intakeRow(jobId, asker);
    const scheduled = await this.scheduled(jobId, asker);
    return (row && intakeOnly(row, scheduled)) ?? scheduled;
  }

  /**
   * The job when it was taken in here and the scheduler has none of it: it is not decided yet, it ended before that,
   * or its id belongs to another job, which must then be neither shown nor touched. Undefined when the scheduler may
   * be asked.
   */
  async findIntakeOnly(jobId: string, asker: Asker): Promise<IntakeJob | undefined> {
    const row = await this.intakeRow(jobId, asker);
    return row && intakeOnly(row, await this.scheduled(jobId, asker));
  }

  /** What is known already under an id. Undefined also when the scheduler cannot say: taking jobs in does not depend on it. */
  async findKnown(
    jobId: string,
    asker: Asker,
  ): Promise<{ readonly job_id: string; readonly job_hash: string; readonly trace_id: string } | undefined> {
    const row = await this.intakeRow(jobId, asker);
    if (row) return row;
    try {
      const job = await this.scheduled(jobId, asker, KNOWN_TIMEOUT_MS);
      if (!job) return undefined;
      const { job_hash, trace_id } = job;
      return {
        job_id: jobId,
        job_hash,
        trace_id: typeof trace_id === 'string' ? trace_id : asker.trace.traceId,
      };
    } catch (error) {
      if (isAway(error)) return undefined;
      throw error;
    }
  }

  private intakeRow(jobId: string, { caller: { tenant } }: Asker): Promise<StoredIntake | undefined> {
    return this.road.forTenant(tenant).read((sql) => findIntake(sql, tenant, jobId));
  }

  /** What the scheduler has under an id. Throws when that is of another tenant: a second lock, after the scheduler's. */
  async scheduled(
    jobId: string,
    { caller, trace }: Asker,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<SchedulerJob | undefined> {
    const question = { tenant_id: caller.tenant, job_id: jobId };
    const answer = await askService(this.bus, Subjects.queryJobGet.address({}), question, trace, timeoutMs);
    if (!answer.ok && answer.code === 'not_found') return undefined;
    if (!answer.ok) throw refusalFrom(answer, {});
    const job = objectMember(answer, 'job');
    if (job['tenant_id'] !== caller.tenant)
      throw new Error('the scheduler answered with a job of another tenant');
    return schedulerJob(job);
  }
}

/** Whether an error says that a service does not answer now. */
export function isAway(error: unknown): boolean {
  return error instanceof CodedError && (error.code === 'unavailable' || error.code === 'timeout');
}

/** A job without a hash cannot be told from another, so it is an error and never taken for the same. */
export function schedulerJob(job: unknown): SchedulerJob {
  if (typeof job === 'object' && job !== null && 'job_id' in job && 'job_hash' in job) {
    const { job_id, job_hash } = job;
    if (typeof job_id === 'string' && typeof job_hash === 'string') return { ...job, job_id, job_hash };
  }
  throw new Error('the scheduler answered with a job without its id or its hash');
}

/** How a job that was taken in stands when the scheduler says this of its id; undefined when the scheduler has the very job. */
export function intakeOnly(row: StoredIntake, scheduled: SchedulerJob | undefined): IntakeJob | undefined {
  if (!scheduled) return intakeJob(row);
  return scheduled.job_hash === row.job_hash ? undefined : conflictingJob(row);
}
