import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, JobEvents, MAX_PAYLOAD_BYTES, Service } from '@countersign/contracts';
import { ack, Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { Road, roadOf, type Fact, type Work } from '@countersign/service-kit';
import { rememberEnds, type EndedJob } from '../approval/ended-jobs.store.js';
import { openOutputApprovals } from '../request/open-output-approvals.js';
import type { QuarantinedJob } from '../request/output-halves.js';
import { askForReviews } from '../review-after/review.store.js';
import type { ReleasedWork } from '../review-after/review.js';
import { isNews, jobNews } from './job-news.js';
import { withdrawApprovals } from './withdraw-approvals.js';

/** How long events are gathered, in milliseconds: nearly all of them only have to be acknowledged. */
const LINGER_MS = 200;

/**
 * Follows what happens to jobs: withdraws questions about the ended, asks about the quarantined, lists the released that
 * somebody has to look at. Events that matter are handled in one transaction; the others, nearly all, are acknowledged without a statement.
 */
@Controller()
export class WithdrawEndedConsumer {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Consume(CONSUMERS.withdrawEnded, { lingerMs: LINGER_MS })
  async handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    const news = batch.filter(isNews);
    if (news.length === 0) return batch.map(() => ack);
    const settled = await this.road.handle<JobEvents>(
      CONSUMERS.withdrawEnded,
      { schema: JobEvents, type: EventType.JobEvent, maxBytes: MAX_PAYLOAD_BYTES },
      news,
      followJobs,
    );
    const settlements = new Map(news.map((delivery, i) => [delivery, settled[i]]));
    return batch.map((delivery) => settlements.get(delivery) ?? ack);
  }
}

/** Applies the news of a batch of job events. */
async function followJobs(work: Work, facts: readonly Fact<JobEvents>[]): Promise<void> {
  const unasked: EndedJob[] = [];
  const withheld: EndedJob[] = [];
  const quarantined: QuarantinedJob[] = [];
  const released: ReleasedWork[] = [];
  for (const fact of facts) {
    const news = jobNews(fact);
    if (!news.ok) {
      work.deadLetter(fact, news.code);
      continue;
    }
    unasked.push(...news.unasked);
    withheld.push(...news.withheld);
    quarantined.push(...news.quarantined);
    released.push(...news.released);
  }
  // Questions first: a job may be quarantined and withheld within one batch.
  await openOutputApprovals(work, { verdicts: [], jobs: quarantined });
  // In this order on the wire: the ends are remembered under their lock before open questions are looked for.
  await Promise.all([
    rememberEnds(work, unasked),
    withdrawApprovals(work, [...unasked, ...withheld]),
    askForReviews(work, released),
  ]);
}
