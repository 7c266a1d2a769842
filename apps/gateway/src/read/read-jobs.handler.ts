import { Inject, Injectable } from '@nestjs/common';
import { JobState, Service, Subjects } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { askService, pageOf, refusalFrom } from '../http/ask-service.js';
import { ApiError } from '../http/problem.js';
import { listIntake } from '../intake/intake.store.js';
import type { JobListQuery } from './job-list.query.js';
import { submittedJob } from './intake-job.js';
import { JobFinder, type Asker } from './job-finder.js';

type Page = { readonly items: readonly unknown[]; readonly next: unknown };

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

  /** A page of jobs; those in SUBMITTED are the gateway's own, all others the scheduler's. */
  async list(query: JobListQuery, asker: Asker): Promise<Page> {
    if (query.state === JobState.Submitted) return this.listSubmitted(query, asker);
    const question = {
      tenant_id: asker.caller.tenant,
      limit: query.limit,
      ...(query.state === undefined ? {} : { state: query.state }),
      ...(query.after === undefined ? {} : { after: query.after }),
    };
    const answer = await askService(this.bus, Subjects.queryJobList.address({}), question, asker.trace);
    if (answer.ok) return pageOf(answer);
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  /** The released bytes of a job, as JSON text. Throws `not_released` with the state, or `not_found`. */
  async output(jobId: string, asker: Asker): Promise<string> {
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
    if (typeof output !== 'string') throw new Error('the scheduler answered without an output');
    if (released !== undefined && released !== sha256Digest(output))
      throw new Error('the output differs from what was released');
    return output;
  }

  /** Pages through the intake and leaves out what the scheduler knows already, so a page can be short and still have a next. */
  private async listSubmitted(query: JobListQuery, asker: Asker): Promise<Page> {
    const rows = await listIntake(this.road.database, asker.caller.tenant, query);
    const known = await Promise.all(rows.map((row) => this.finder.scheduled(row.job_id, asker)));
    return {
      items: rows.filter((_, i) => known[i] === undefined).map(submittedJob),
      next: rows.length === query.limit ? (rows.at(-1)?.job_id ?? null) : null,
    };
  }
}
