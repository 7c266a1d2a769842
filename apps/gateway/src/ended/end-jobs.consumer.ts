import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, DeadLetter, EventType, Refused, Service, Subjects } from '@countersign/contracts';
import { ack, Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { Road, roadOf, type Decide } from '@countersign/service-kit';
import type { Static } from '@sinclair/typebox';
import { endDeadLettered, endRefused } from './end-jobs.js';

const isRefusal = ({ subject }: Delivery) => Subjects.eventRefused.parse(subject) !== undefined;
const isDeadLetter = ({ subject }: Delivery) => Subjects.eventDeadLetter.parse(subject) !== undefined;

/** Hears which jobs the evaluator will never decide: else they would be SUBMITTED for ever. */
@Controller()
export class EndJobsConsumer {
  constructor(@Inject(roadOf(Service.Gateway)) private readonly road: Road) {}

  @Consume(CONSUMERS.endUndecided)
  async handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    const refused = await this.handleOnly(isRefusal, Refused, EventType.Refused, endRefused, batch);
    const buried = await this.handleOnly(
      isDeadLetter,
      DeadLetter,
      EventType.DeadLetter,
      endDeadLettered,
      batch,
    );
    // Whatever else the evaluator tells is not for us.
    return batch.map((delivery) => refused.get(delivery) ?? buried.get(delivery) ?? ack);
  }

  private async handleOnly<S extends typeof Refused | typeof DeadLetter>(
    isWanted: (delivery: Delivery) => boolean,
    schema: S,
    type: EventType,
    decide: Decide<Static<S>>,
    batch: readonly Delivery[],
  ): Promise<ReadonlyMap<Delivery, Settlement>> {
    const wanted = batch.filter(isWanted);
    if (wanted.length === 0) return new Map();
    const settlements = await this.road.handle(CONSUMERS.endUndecided, { schema, type }, wanted, decide);
    return new Map(settlements.map((settlement, i) => [wanted[i]!, settlement]));
  }
}
