import { DecisionType, type Decision } from '@countersign/contracts';
import type { Fact, Work } from '@countersign/service-kit';
import type { JobRules } from '../job/job-rules.js';
import { loadBook } from '../job/load-book.js';
import { saveBook, type FixedColumns } from '../job/save-book.js';
import type { RateDemand } from '../rate/rate.store.js';
import {
  decisionEvent,
  fixedColumns,
  readDecision,
  submittedJob,
  type ReadDecision,
} from './read-decision.js';

/**
 * Makes jobs of decisions, and offers at once those that may run. A decision that is known already changes nothing;
 * one about other content under the same job id is refused.
 */
export async function scheduleDecisions(
  work: Work,
  facts: readonly Fact<Decision>[],
  rules: JobRules,
): Promise<void> {
  const readable: { readonly fact: Fact<Decision>; readonly read: ReadDecision }[] = [];
  for (const fact of facts) {
    const reading = readDecision(fact, rules.seals);
    if (reading.ok) readable.push({ fact, read: reading.value });
    else work.deadLetter(fact, reading.code, reading.pointer);
  }
  if (readable.length === 0) return;
  const loaded = await loadBook(
    work,
    readable.map(({ fact }) => fact.body.job_id),
    rules,
    readable.flatMap(({ read }) => demandOf(read)),
  );
  const { book, rates } = loaded;
  const fixed = new Map<string, FixedColumns>();
  for (const { fact, read } of readable) {
    const cause = { id: fact.id, traceparent: fact.traceparent };
    const { job_id: jobId, job_hash: jobHash } = fact.body;
    const known = book.find(jobId);
    if (known && known.job.jobHash === jobHash) continue;
    const job = submittedJob(read, fact, book.nowMs);
    if (known) {
      book.refuse(
        job,
        'decision',
        { code: 'job_id_conflict', detail: { job_hash: jobHash, decision_id: fact.body.decision_id } },
        cause,
      );
      continue;
    }
    fixed.set(jobId, fixedColumns(read, job));
    book.admit(job, fact.body.job, decisionEvent(read, job, rates, book.nowMs), cause);
  }
  await saveBook(work, loaded, fixed);
}

/** Denied jobs count in no rate. */
function demandOf({ decision, canonical, action, throttle }: ReadDecision): RateDemand[] {
  if (throttle === null || decision.type === DecisionType.Deny) return [];
  const { tenant_id: tenantId, agent_id: agentId } = decision.verified;
  return [{ subject: { tenantId, agentId, action, topic: canonical.topic }, limits: throttle.limits }];
}
