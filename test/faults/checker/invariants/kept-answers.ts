import { byJob } from '../group-by-job.js';
import type { Check, Violation } from '../history.js';

/** I8: what a caller was told is accepted is in the database, as the bytes that were accepted. */
export const keptAnswers: Check = ({ accepted, intake, decisions, jobs }) => {
  const places = [byJob(intake), byJob(decisions), byJob(jobs)];
  return accepted.flatMap(({ jobId, jobHash }): Violation[] => {
    const hashes = places.flatMap((place) => place.get(jobId)?.jobHash ?? []);
    if (hashes.length === 0)
      return [{ invariant: 'I8', jobId, what: 'was accepted and is nowhere', evidence: { jobHash } }];
    if (jobHash === null || hashes.every((hash) => hash === jobHash)) return [];
    return [
      {
        invariant: 'I8',
        jobId,
        what: 'is kept as other bytes than were accepted',
        evidence: { jobHash, hashes },
      },
    ];
  });
};
