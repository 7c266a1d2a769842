import { JobState, Subjects } from '@countersign/contracts';

/**
 * The ends that may be heard of before the question. A rejection is this service's own answer, and the other ends are
 * of jobs that ran: both come after the question, so remembering them would be writes for nothing.
 */
const UNASKED: ReadonlySet<string> = new Set(
  [JobState.Denied, JobState.Expired, JobState.Failed, JobState.Cancelled].map((state) =>
    state.toLowerCase(),
  ),
);

/** Whether the job event under this subject may tell an end whose question is still to come. */
export function endsUnasked(subject: string): boolean {
  return UNASKED.has(Subjects.eventJob.parse(subject)?.state ?? '');
}
