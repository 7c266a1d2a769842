import { Subjects, type Result } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import type { JobFact } from '../job/job-fact.js';

/** What a result says about its attempt: not its output, which is untrusted until it is scanned. */
export function resultFact(
  fact: Pick<Fact<Result>, 'id' | 'traceparent' | 'body' | 'digest' | 'subject'>,
): JobFact {
  const { job_id: jobId, attempt, lease, status, run_id, constraints_digest } = fact.body;
  const address = Subjects.result.parse(fact.subject);
  return {
    kind: 'result',
    jobId,
    cause: { id: fact.id, traceparent: fact.traceparent },
    // Of a foreign subject the pool stays empty, and matches no attempt.
    pool: address?.pool ?? '',
    tail: address?.tail ?? '',
    digest: fact.digest,
    result: { attempt, lease, status, run_id, constraints_digest },
  };
}
