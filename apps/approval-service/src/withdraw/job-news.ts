import { JobState, Subjects, isTerminal, type JobEvents, type ReasonCode } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import type { EndedJob } from '../approval/ended-jobs.store.js';
import { quarantinedJobs, type QuarantinedJob } from '../request/output-halves.js';

/** What job events mean to this service: jobs that ended, and jobs whose output waits for a review. */
export interface JobNews {
  readonly ended: readonly EndedJob[];
  readonly quarantined: readonly QuarantinedJob[];
}

const STATES: ReadonlyMap<string, JobState> = new Map(
  Object.values(JobState).map((state) => [state.toLowerCase(), state]),
);

/** Reads one event; states that mean nothing here give nothing, and a subject outside the grammar is refused. */
export function jobNews(
  fact: Pick<Fact<JobEvents>, 'subject' | 'body'>,
): (JobNews & { readonly ok: true }) | { readonly ok: false; readonly code: ReasonCode } {
  const owner = Subjects.eventJob.parse(fact.subject);
  if (owner === undefined) return { ok: false, code: 'invalid_field' };
  const state = STATES.get(owner.state);
  if (state === JobState.Quarantined)
    return { ok: true, ended: [], quarantined: quarantinedJobs(owner, fact.body) };
  if (state === undefined || !isTerminal(state)) return { ok: true, ended: [], quarantined: [] };
  const ended = fact.body.jobs.map(({ job_id }) => ({ tenant_id: owner.tenant, job_id }));
  return { ok: true, ended, quarantined: [] };
}
