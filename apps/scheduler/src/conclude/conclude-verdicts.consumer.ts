import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, Verdict, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { takeFacts } from '../job/take-facts.js';
import { verdictFact } from './verdict-fact.js';

/** `verdict.>`: attempts end, and scanned outputs are released. */
@Controller()
export class ConcludeVerdictsConsumer {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Consume(CONSUMERS.concludeVerdicts)
  handle(batch: readonly Delivery[]) {
    const expected = { schema: Verdict, type: EventType.Verdict, maxBytes: MAX_PAYLOAD_BYTES };
    return this.road.handle<Verdict>(CONSUMERS.concludeVerdicts, expected, batch, (work, facts) =>
      takeFacts(work, facts.map(verdictFact), this.rules),
    );
  }
}
