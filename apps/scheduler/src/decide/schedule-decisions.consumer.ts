import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, Decision, EventType, MAX_PAYLOAD_BYTES, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { scheduleDecisions } from './schedule-decisions.js';

/** `decision.>`: jobs begin here. */
@Controller()
export class ScheduleDecisionsConsumer {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Consume(CONSUMERS.scheduleDecisions)
  handle(batch: readonly Delivery[]) {
    const expected = { schema: Decision, type: EventType.Decision, maxBytes: MAX_PAYLOAD_BYTES };
    return this.road.handle<Decision>(CONSUMERS.scheduleDecisions, expected, batch, (work, facts) =>
      scheduleDecisions(work, facts, this.rules),
    );
  }
}
