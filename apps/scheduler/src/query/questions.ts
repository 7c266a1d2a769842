import { Type, type Static } from '@sinclair/typebox';
import { JobState } from '@countersign/contracts';
import { ULID_PATTERN } from '@countersign/kernel';

const closed = { additionalProperties: false } as const;
const Tenant = Type.String({ minLength: 1 });
const JobId = Type.String({ pattern: ULID_PATTERN });

/** Jobs on a page when the question does not say. */
export const DEFAULT_PAGE = 50;

/** A question about one job of a tenant. */
export const AboutJob = Type.Object({ tenant_id: Tenant, job_id: JobId }, { ...closed, $id: 'AboutJob' });
export type AboutJob = Static<typeof AboutJob>;

/** A question for a page of jobs, newest first; `after` is the last job of the page before. */
export const AboutJobs = Type.Object(
  {
    tenant_id: Tenant,
    state: Type.Optional(Type.Unsafe<JobState>({ type: 'string', enum: Object.values(JobState) })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    after: Type.Optional(JobId),
  },
  { ...closed, $id: 'AboutJobs' },
);
export type AboutJobs = Static<typeof AboutJobs>;
