import { Inject, Injectable } from '@nestjs/common';
import { BlobRef, JobState, Service, Subjects, validate } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { askService, pageOf, refusalFrom } from '../http/ask-service.js';
import { ApiError } from '../http/problem.js';
import { IntakePart, listIntake, type StoredIntake } from '../intake/intake.store.js';
import { intakeJob } from './intake-job.js';
import { intakeOnly, JobFinder, schedulerJob, type Asker, type SchedulerJob } from './job-finder.js';
import type { JobListQuery } from './job-list.query.js';
import { joinPages, pageOfRows, type Page } from './job-pages.js';

/** Answers questions about jobs of the caller's tenant: from the scheduler, and from the intake before it knows them. */
@Injectable()
export class ReadJobsHandler {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    private readonly finder: JobFinder,
  ) {}

  /** One job. Throws `not_found`. */
  async get(jobId: string, asker: Asker): Promise<object> {
    const job = await this.finder.find(jobId, asker);
    if (job) return job;
    throw new ApiError('not_found', 'There is no such job.');
  }

  /**
   * A page of jobs. Those in SUBMITTED are the gateway's own, and so are those that failed before the scheduler could
   * have them; a list of all states has both besides the scheduler's.
   */
  async list(query: JobListQuery, asker: Asker): Promise<{ items: readonly unknown[]; next: unknown }> {
    switch (query.state) {
      case undefined:
        // Before the scheduler is asked: what it takes over in between is then in its answer.
        return this.joinScheduled(await this.rowsOf(IntakePart.All, query, asker), query, asker);
      case JobState.Failed: {
        const ended = await this.rowsOf(IntakePart.Ended, query, asker);
        const items = await this.rowsThat(
          (row, job) => intakeOnly(row, job) !== undefined,
          ended.items,
          asker,
        );
        return this.joinScheduled({ ...ended, items }, query, asker);
      }
      case JobState.Submitted: {
        const open = await this.rowsOf(IntakePart.Open, query, asker);
        const rows = await this.rowsThat((_row, job) => job === undefined, open.items, asker);
        return { items: rows.map((row) => intakeJob(row)), next: open.next };
      }
      default:
        return this.listScheduled(query, asker);
    }
  }

  /**
   * The released output of a job: its JSON text, or the name of the blob that it is. Throws `not_released` with the state,
   * or `not_found`.
   */
  async output(jobId: string, asker: Asker): Promise<string | BlobRef> {
    const intake = await this.finder.findIntakeOnly(jobId, asker);
    if (intake)
      throw new ApiError(
        'not_released',
        intake.reason ?? 'The job is not decided yet.',
        {},
        { state: intake.state },
      );
    const question = { tenant_id: asker.caller.tenant, job_id: jobId };
    const answer = await askService(this.bus, Subjects.queryJobOutput.address({}), question, asker.trace);
    if (!answer.ok)
      throw refusalFrom(answer, {
        not_found: 'There is no such job.',
        not_released: 'The output of this job is not released.',
      });
    const { output, released } = answer.members;
    const blob = validate(BlobRef, answer.members['output_blob']);
    if (blob.ok) return blob.value;
    if (typeof output !== 'string') throw new Error('the scheduler answered without an output');
    if (released !== undefined && released !== sha256Digest(output))
      throw new Error('the output differs from what was released');
    return output;
  }

  private async joinScheduled(intake: Page<StoredIntake>, query: JobListQuery, asker: Asker) {
    const { items, next } = await this.listScheduled(query, asker);
    const jobs = items.map((item) => schedulerJob(item));
    return joinPages(intake, { items: jobs, next: typeof next === 'string' ? next : null }, query.limit);
  }

  private async listScheduled({ limit, after, state }: JobListQuery, asker: Asker) {
    const question = {
      tenant_id: asker.caller.tenant,
      limit,
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { after }),
    };
    const answer = await askService(this.bus, Subjects.queryJobList.address({}), question, asker.trace);
    if (answer.ok) return pageOf(answer);
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  private async rowsOf(part: IntakePart, { limit, after }: JobListQuery, { caller: { tenant } }: Asker) {
    const page = { limit: limit + 1, ...(after === undefined ? {} : { after }) };
    const rows = await this.road.forTenant(tenant).read((sql) => listIntake(sql, tenant, part, page));
    return pageOfRows(rows, limit);
  }

  /** The rows about which, seen beside what the scheduler has under their ids, the test is true. */
  private async rowsThat(
    test: (row: StoredIntake, job: SchedulerJob | undefined) => boolean,
    rows: readonly StoredIntake[],
    asker: Asker,
  ): Promise<StoredIntake[]> {
    const jobs = await Promise.all(rows.map((row) => this.finder.scheduled(row.job_id, asker)));
    return rows.filter((row, i) => test(row, jobs[i]));
  }
}
