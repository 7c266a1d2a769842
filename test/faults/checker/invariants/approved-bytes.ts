import { byJob, groupByJob } from '../group-by-job.js';
import type { Check, Violation } from '../history.js';

/** I2: what a worker ran are the bytes that were accepted, decided about, approved and stored, by one hash. */
export const approvedBytes: Check = ({ accepted, decisions, approvals, jobs, effects }) => {
  const told = byJob(accepted);
  const decided = byJob(decisions);
  const approved = groupByJob(approvals.filter(({ kind, state }) => kind === 'job' && state === 'GRANTED'));
  const stored = byJob(jobs);
  const differs = (jobId: string, what: string, evidence: Violation['evidence']): Violation => ({
    invariant: 'I2',
    jobId,
    what,
    evidence,
  });
  return [
    ...jobs
      .filter(({ jobHash, bytesDigest }) => jobHash !== bytesDigest)
      .map(({ jobId, jobHash, bytesDigest }) =>
        differs(jobId, 'the stored bytes are not those of its hash', { jobHash, bytesDigest }),
      ),
    ...effects.flatMap(({ jobId, attempt, digest }) =>
      [
        ['accepted', told.get(jobId)?.jobHash ?? digest],
        ['decided', decided.get(jobId)?.jobHash ?? null],
        ['stored', stored.get(jobId)?.jobHash ?? null],
        ...(approved.get(jobId) ?? []).map(({ jobHash }) => ['approved', jobHash] as const),
      ].flatMap(([where, hash]) =>
        hash === digest
          ? []
          : [
              differs(jobId, `ran with other bytes than were ${where}`, {
                attempt,
                ran: digest,
                [where!]: hash,
              }),
            ],
      ),
    ),
  ];
};
