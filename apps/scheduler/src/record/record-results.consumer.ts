import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, Result, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import type { PoolOf } from '../job/load-book.js';
import { poolOfTopology } from '../job/pool-of.js';
import { takeFacts } from '../job/take-facts.js';
import { resultFact } from './result-fact.js';

/** `result.>`: fences each result by its lease, and keeps the digest that a verdict must name. */
@Controller()
export class RecordResultsConsumer {
  private readonly poolOf: PoolOf;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.poolOf = poolOfTopology(config.topology);
  }

  @Consume(CONSUMERS.recordResults)
  handle(batch: readonly Delivery[]) {
    const expected = {
      schema: Result,
      type: EventType.Result,
      maxBytes: MAX_PAYLOAD_BYTES,
      trusted: () => false,
    };
    return this.road.handle<Result>(CONSUMERS.recordResults, expected, batch, (work, facts) =>
      takeFacts(work, facts.map(resultFact), this.poolOf),
    );
  }
}
