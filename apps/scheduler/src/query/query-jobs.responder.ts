import type { Static, TSchema } from '@sinclair/typebox';
import { Controller, Inject } from '@nestjs/common';
import { parseBody, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import type { Sql } from '@countersign/persistence';
import { Road, roadOf } from '@countersign/service-kit';
import { malformed } from '../malformed.js';
import { getJob, getOutput, listJobs } from './find-jobs.js';
import { AboutJob, AboutJobs } from './questions.js';

/** `query.job.get`, `query.job.list` and `query.job.output`: always within one tenant, as the database sees it too. */
@Controller()
export class QueryJobsResponder {
  constructor(@Inject(roadOf(Service.Scheduler)) private readonly road: Road) {}

  @Respond(Subjects.queryJobGet.template)
  get(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return this.answer(batch, AboutJob, getJob);
  }

  @Respond(Subjects.queryJobList.template)
  list(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return this.answer(batch, AboutJobs, listJobs);
  }

  @Respond(Subjects.queryJobOutput.template)
  output(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return this.answer(batch, AboutJob, getOutput);
  }

  private answer<S extends TSchema & { readonly static: { readonly tenant_id: string } }>(
    batch: readonly BusRequest[],
    schema: S,
    find: (sql: Sql, question: Static<S>) => Promise<unknown>,
  ): Promise<readonly unknown[]> {
    return Promise.all(
      batch.map(async (request) => {
        const parsed = parseBody(schema, request.data);
        if (!parsed.ok) return malformed(parsed.problem);
        const question: Static<S> = parsed.value;
        return this.road.forTenant(question.tenant_id).read((sql) => find(sql, question));
      }),
    );
  }
}
