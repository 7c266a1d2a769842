import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, Result, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { takeFacts } from '../job/take-facts.js';
import { recordedResults } from './recorded-results.js';
import { resultFact } from './result-fact.js';

/**
 * How long a result waits for its verdict, in milliseconds. Most verdicts are there by then and have recorded it; a
 * lease lasts many times as long, so that a slow scanner costs nobody a second run.
 */
const LINGER_MS = 300;
/** Results looked at together: with the wait above, what a second brings at some hundred jobs. */
const MAX_BATCH = 512;

/**
 * `result.>`: fences each result by its lease, and keeps the digest that a verdict must name, where the verdict has not
 * come first.
 */
@Controller()
export class RecordResultsConsumer {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Consume(CONSUMERS.recordResults, { lingerMs: LINGER_MS, maxBatch: MAX_BATCH })
  handle(batch: readonly Delivery[]) {
    const expected = {
      schema: Result,
      type: EventType.Result,
      maxBytes: MAX_PAYLOAD_BYTES,
      trusted: () => false,
    };
    return this.road.handle<Result>(
      CONSUMERS.recordResults,
      expected,
      batch,
      (work, facts) => takeFacts(work, facts.map(resultFact), this.rules),
      recordedResults,
    );
  }
}
