import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, ApprovalResolved, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { takeFacts } from '../job/take-facts.js';
import { approvalFact } from './approval-fact.js';

/** `approval.job.>`: approved jobs are offered, others end. */
@Controller()
export class ScheduleApprovalsConsumer {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Consume(CONSUMERS.scheduleApprovals)
  handle(batch: readonly Delivery[]) {
    const expected = {
      schema: ApprovalResolved,
      type: EventType.ApprovalResolved,
      maxBytes: MAX_PAYLOAD_BYTES,
    };
    return this.road.handle<ApprovalResolved>(
      CONSUMERS.scheduleApprovals,
      expected,
      batch,
      async (work, facts) => {
        const sealed = facts.filter((fact) => this.rules.seals.ofApproval(fact.body));
        for (const fact of facts) if (!sealed.includes(fact)) work.deadLetter(fact, 'forged', '/seal');
        if (sealed.length > 0) await takeFacts(work, sealed.map(approvalFact), this.rules);
      },
    );
  }
}
