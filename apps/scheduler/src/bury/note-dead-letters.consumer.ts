import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, DeadLetter, EventType, Service } from '@countersign/contracts';
import { Consume, type Delivery } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { noteDeadJobs } from './dead-jobs.store.js';

/** `event.<service>.dead_letter`: the job of a lost message must end, too. */
@Controller()
export class NoteDeadLettersConsumer {
  constructor(@Inject(roadOf(Service.Scheduler)) private readonly road: Road) {}

  @Consume(CONSUMERS.failDeadLettered)
  handle(batch: readonly Delivery[]) {
    const expected = { schema: DeadLetter, type: EventType.DeadLetter };
    return this.road.handle<DeadLetter>(CONSUMERS.failDeadLettered, expected, batch, noteDeadJobs);
  }
}
