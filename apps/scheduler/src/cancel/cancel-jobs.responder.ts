import { Type, type Static } from '@sinclair/typebox';
import { Controller, Inject } from '@nestjs/common';
import { Header, parseBody, Service, Subjects, type JobState } from '@countersign/contracts';
import { newTraceparent, newUlid, traceIdOf, ULID_PATTERN } from '@countersign/kernel';
import { Respond, type BusRequest } from '@countersign/messaging';
import { answerByTenant, PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import type { JobBook } from '../job/job-book.js';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { loadBook } from '../job/load-book.js';
import { saveBook } from '../job/save-book.js';
import { malformed } from '../malformed.js';

const CancelRequest = Type.Object(
  {
    tenant_id: Type.String({ minLength: 1 }),
    job_id: Type.String({ pattern: ULID_PATTERN }),
    caller: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false, $id: 'CancelRequest' },
);
type CancelRequest = Static<typeof CancelRequest>;
type TracedRequest = CancelRequest & { readonly traceparent: string | undefined };

type Reply =
  | {
      readonly ok: true;
      readonly job: { readonly job_id: string; readonly state: JobState; readonly cancel_requested: boolean };
    }
  | { readonly ok: false; readonly code: 'not_found' }
  | { readonly ok: false; readonly code: 'illegal_transition'; readonly state: JobState };

/** `command.scheduler.cancel`: ends a job that does not run yet, and asks the worker of one that does to stop. */
@Controller()
export class CancelJobsResponder {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Respond(Subjects.commandJobCancel.template)
  async handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => ({ request, read: parseBody(CancelRequest, request.data) }));
    const readable = parsed.flatMap(({ request, read }) =>
      read.ok ? [{ ...read.value, traceparent: request.header(Header.Traceparent) }] : [],
    );
    const replies = [
      ...(await answerByTenant(readable, (tenant, requests) => this.cancel(tenant, requests))),
    ];
    return parsed.map(({ read }) => (read.ok ? replies.shift() : malformed(read.problem)));
  }

  private cancel(tenant: string, requests: readonly TracedRequest[]): Promise<readonly Reply[]> {
    return this.road.forTenant(tenant).run(async (work) => {
      const loaded = await loadBook(
        work,
        requests.map((request) => request.job_id),
        this.rules,
      );
      const replies = requests.map((request) => cancelJob(loaded.book, request, request.traceparent));
      await saveBook(work, loaded);
      return replies;
    });
  }
}

/** Cancels one job of its own tenant. To every other tenant it does not exist. */
export function cancelJob(book: JobBook, request: CancelRequest, traceparent?: string): Reply {
  const entry = book.find(request.job_id);
  if (entry?.job.tenantId !== request.tenant_id) return { ok: false, code: 'not_found' };
  const traced = traceIdOf(traceparent) === undefined ? undefined : traceparent;
  const taken = book.take({
    kind: 'cancel',
    jobId: request.job_id,
    cause: {
      id: `${request.job_id}:cancel:${newUlid()}`,
      traceparent: traced ?? entry.job.traceparent ?? newTraceparent(),
    },
    tenantId: request.tenant_id,
    caller: request.caller,
  });
  const { job } = book.find(request.job_id) ?? entry;
  if (taken === 'refused') return { ok: false, code: 'illegal_transition', state: job.state };
  return {
    ok: true,
    job: { job_id: job.jobId, state: job.state, cancel_requested: job.cancelRequested },
  };
}
