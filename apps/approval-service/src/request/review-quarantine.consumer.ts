import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, Service, Verdict } from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { Road, roadOf, type Fact, type Work } from '@countersign/service-kit';
import { openOutputApprovals } from './open-output-approvals.js';
import { heldVerdict, type HeldVerdict } from './output-halves.js';

/** Takes the scanner's half of the questions about quarantined outputs. */
@Controller()
export class ReviewQuarantineConsumer {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Consume(CONSUMERS.reviewQuarantine)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<Verdict>(
      CONSUMERS.reviewQuarantine,
      { schema: Verdict, type: EventType.Verdict, maxBytes: MAX_PAYLOAD_BYTES },
      batch,
      reviewQuarantine,
    );
  }
}

/** Keeps the verdicts of a batch and opens the questions they complete. */
export async function reviewQuarantine(work: Work, facts: readonly Fact<Verdict>[]): Promise<void> {
  const verdicts: HeldVerdict[] = [];
  for (const fact of facts) {
    const held = heldVerdict(fact);
    if (held.ok) verdicts.push(held.half);
    else work.deadLetter(fact, held.code, '/kind');
  }
  await openOutputApprovals(work, { verdicts, jobs: [] });
}
