import { EventType, isTerminal, JobState } from '@countersign/contracts';
import { byJob } from '../group-by-job.js';
import type { Check, History, Violation } from '../history.js';

/** One thing that the log says happened to a job. */
interface Told {
  readonly state: JobState;
  readonly at: string;
  readonly seq: number;
}

const STATES: readonly JobState[] = Object.values(JobState);

/** I3: every accepted job reaches exactly one end, which is told exactly once and never left. */
export const oneEnd: Check = (history) => {
  const jobs = byJob(history.jobs);
  const intake = byJob(history.intake);
  const told = toldByJob(history);
  return history.accepted.flatMap(({ jobId }): Violation[] => {
    const violation = (what: string, evidence: Violation['evidence'] = {}): Violation[] => [
      { invariant: 'I3', jobId, what, evidence },
    ];
    const job = jobs.get(jobId);
    if (!job)
      return (intake.get(jobId)?.endedCode ?? null) === null
        ? violation('was accepted and never decided')
        : [];
    if (!isTerminal(job.state)) return violation('never ended', { state: job.state });
    const steps = told.get(jobId) ?? [];
    const ends = steps.filter(({ state }) => isTerminal(state));
    if (ends.length !== 1) return violation(`ended ${ends.length} times in the log`, { ends });
    if (ends[0]!.state !== job.state)
      return violation('ended otherwise than the log says', { state: job.state, ends });
    const after = steps.filter(({ state, at }) => !isTerminal(state) && at > ends[0]!.at);
    return after.length > 0 ? violation('went on after its end', { ends, after }) : [];
  });
};

function toldByJob({ log }: History): ReadonlyMap<string, readonly Told[]> {
  const told = new Map<string, Told[]>();
  for (const { seq, entry } of log) {
    if (entry.job_id === null) continue;
    const state =
      entry.type === EventType.Output
        ? JobState.Completed
        : STATES.find((known) => entry.type === EventType.JobEvent && known === entry.summary['state']);
    if (state === undefined) continue;
    const at = entry.summary['at'];
    const step = { state, at: typeof at === 'string' ? at : entry.stored_at, seq };
    told.set(entry.job_id, [...(told.get(entry.job_id) ?? []), step]);
  }
  return told;
}
