import { Inject, Injectable } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { askService, objectMember, refusalFrom } from '../http/ask-service.js';
import type { Caller } from '../http/caller.js';
import type { RequestTrace } from '../http/request-trace.js';
import { findIntake, type StoredIntake } from '../intake/intake.store.js';
import { conflictingJob, submittedJob, type IntakeJob } from './intake-job.js';

/** Who wants to know, and the trace of their question. */
export interface Asker {
  readonly caller: Caller;
  readonly trace: RequestTrace;
}

type SchedulerJob = Readonly<Record<string, unknown>>;

/** Finds the job that an id means to its tenant, in the intake and at the scheduler. */
@Injectable()
export class JobFinder {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  /** The job, or undefined when nobody knows it. One that was taken in here is never answered with another of its id. */
  async find(jobId: string, asker: Asker): Promise<object | undefined> {
    const row = await findIntake(this.road.database, asker.caller.tenant, jobId);
    const scheduled = await this.scheduled(jobId, asker);
    return (row && intakeOnly(row, scheduled)) ?? scheduled;
  }

  /**
   * The job when it was taken in here and the scheduler has none of it: it is not decided yet, or its id belongs to
   * another job, which must then be neither shown nor touched. Undefined when the scheduler may be asked.
   */
  async findIntakeOnly(jobId: string, asker: Asker): Promise<IntakeJob | undefined> {
    const row = await findIntake(this.road.database, asker.caller.tenant, jobId);
    return row && intakeOnly(row, await this.scheduled(jobId, asker));
  }

  /** What the scheduler has under an id. Throws when that is of another tenant: a second lock, after the scheduler's. */
  async scheduled(jobId: string, { caller, trace }: Asker): Promise<SchedulerJob | undefined> {
    const question = { tenant_id: caller.tenant, job_id: jobId };
    const answer = await askService(this.bus, Subjects.queryJobGet.address({}), question, trace);
    if (!answer.ok && answer.code === 'not_found') return undefined;
    if (!answer.ok) throw refusalFrom(answer, {});
    const job = objectMember(answer, 'job');
    if (job['tenant_id'] !== caller.tenant)
      throw new Error('the scheduler answered with a job of another tenant');
    return job;
  }
}

/** A job without a hash cannot be told from another, so it is an error and never taken for the same. */
function intakeOnly(row: StoredIntake, scheduled: SchedulerJob | undefined): IntakeJob | undefined {
  if (!scheduled) return submittedJob(row);
  if (typeof scheduled['job_hash'] !== 'string')
    throw new Error('the scheduler answered with a job without its hash');
  return scheduled['job_hash'] === row.job_hash ? undefined : conflictingJob(row);
}
