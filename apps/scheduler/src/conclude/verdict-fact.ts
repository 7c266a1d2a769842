import { Subjects, type Verdict } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import type { JobFact } from '../job/job-fact.js';

/** What a verdict says about its attempt. */
export function verdictFact(fact: Pick<Fact<Verdict>, 'id' | 'traceparent' | 'body' | 'subject'>): JobFact {
  return {
    kind: 'verdict',
    jobId: fact.body.job_id,
    cause: { id: fact.id, traceparent: fact.traceparent },
    // Of a foreign subject the tail stays empty, and matches no topic.
    tail: Subjects.verdict.parse(fact.subject)?.tail ?? '',
    verdict: fact.body,
  };
}
