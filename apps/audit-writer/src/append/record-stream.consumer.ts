import { Controller, Inject, type Type } from '@nestjs/common';
import type { ConsumerSpec } from '@countersign/contracts';
import { ack, Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { AppendQueue } from './append-queue.js';

const MAX_BATCH = 512;

/** A controller that records one stream. */
export interface RecordsStream {
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]>;
}

/** Makes the controller for one consumer of the log. */
export function recorderOf(consumer: ConsumerSpec): Type<RecordsStream> {
  @Controller()
  class RecordStreamConsumer implements RecordsStream {
    constructor(@Inject(AppendQueue) readonly queue: AppendQueue) {}

    @Consume(consumer, { maxBatch: MAX_BATCH })
    async handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
      await this.queue.add(batch);
      return batch.map(() => ack);
    }
  }
  return RecordStreamConsumer;
}
