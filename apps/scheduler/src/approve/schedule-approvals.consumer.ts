import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, ApprovalResolved, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import type { PoolOf } from '../job/load-book.js';
import { poolOfTopology } from '../job/pool-of.js';
import { takeFacts } from '../job/take-facts.js';
import { approvalFact } from './approval-fact.js';

/** `approval.job.>`: approved jobs are offered, others end. */
@Controller()
export class ScheduleApprovalsConsumer {
  private readonly poolOf: PoolOf;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.poolOf = poolOfTopology(config.topology);
  }

  @Consume(CONSUMERS.scheduleApprovals)
  handle(batch: readonly Delivery[]) {
    const expected = {
      schema: ApprovalResolved,
      type: EventType.ApprovalResolved,
      maxBytes: MAX_PAYLOAD_BYTES,
    };
    return this.road.handle<ApprovalResolved>(CONSUMERS.scheduleApprovals, expected, batch, (work, facts) =>
      takeFacts(work, facts.map(approvalFact), this.poolOf),
    );
  }
}
