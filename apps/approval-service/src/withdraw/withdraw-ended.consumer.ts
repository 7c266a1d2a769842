import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, JobEvents, MAX_PAYLOAD_BYTES, Service } from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { Road, roadOf, type Fact, type Work } from '@countersign/service-kit';
import { rememberEnds, type EndedJob } from '../approval/ended-jobs.store.js';
import { openOutputApprovals } from '../request/open-output-approvals.js';
import type { QuarantinedJob } from '../request/output-halves.js';
import { endsUnasked } from './ends-unasked.js';
import { jobNews } from './job-news.js';
import { withdrawApprovals } from './withdraw-approvals.js';

/** Follows what happens to jobs: withdraws questions about the ended, asks about the quarantined. */
@Controller()
export class WithdrawEndedConsumer {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Consume(CONSUMERS.withdrawEnded)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<JobEvents>(
      CONSUMERS.withdrawEnded,
      { schema: JobEvents, type: EventType.JobEvent, maxBytes: MAX_PAYLOAD_BYTES },
      batch,
      followJobs,
    );
  }
}

/** Applies the news of a batch of job events. */
export async function followJobs(work: Work, facts: readonly Fact<JobEvents>[]): Promise<void> {
  const ended: EndedJob[] = [];
  const unasked: EndedJob[] = [];
  const quarantined: QuarantinedJob[] = [];
  for (const fact of facts) {
    const news = jobNews(fact);
    if (!news.ok) {
      work.deadLetter(fact, news.code);
      continue;
    }
    ended.push(...news.ended);
    if (endsUnasked(fact.subject)) unasked.push(...news.ended);
    quarantined.push(...news.quarantined);
  }
  // Questions first: a job may be quarantined and end within one batch.
  await openOutputApprovals(work, { verdicts: [], jobs: quarantined });
  await rememberEnds(work, unasked);
  await withdrawApprovals(work, ended);
}
