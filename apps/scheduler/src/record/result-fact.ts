import { Subjects, type Result } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import type { JobFact } from '../job/job-fact.js';

/** What a result says about its attempt: not its output, which is untrusted until it is scanned. */
export function resultFact(
  fact: Pick<Fact<Result>, 'id' | 'traceparent' | 'body' | 'digest' | 'subject'>,
): JobFact {
  const { job_id: jobId, attempt, lease, status } = fact.body;
  return {
    kind: 'result',
    jobId,
    cause: { id: fact.id, traceparent: fact.traceparent },
    // Of a foreign subject the pool stays empty, and matches no attempt.
    pool: Subjects.result.parse(fact.subject)?.pool ?? '',
    digest: fact.digest,
    result: { attempt, lease, status },
  };
}
