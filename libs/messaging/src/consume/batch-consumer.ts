import { fault } from '@countersign/kernel';
import type { Msg } from '@nats-io/transport-node';
import { BatchQueue, DEFAULT_MAX_BATCH } from '../batch-queue.js';
import type { Connection } from '../connection.js';
import { retryAfter, type BatchHandler, type ConsumeOptions, type Settlement } from '../delivery.js';
import { errorText } from '../error-text.js';
import type { Stoppable } from '../stoppable.js';
import { inConsumerSpan, type ConsumerIdentity } from '../tracing/consumer-span.js';
import { acknowledgement, RELEASE, WORKING } from './acknowledge.js';
import { PulledMessage } from './pulled-message.js';
import { PullLoop } from './pull-loop.js';

/** When a batch comes back after its handler threw, in milliseconds. */
const RETRY_AFTER_THROW_MS = 1_000;
/** How often the broker hears that held messages are still worked on, in milliseconds: a third of `ack_wait`. */
const WORKING_EVERY_MS = 2_000;

/** Pulls from one durable and hands over batches until it is stopped. */
export class BatchConsumer implements Stoppable {
  private readonly queue: BatchQueue<PulledMessage>;
  private readonly pulls: PullLoop;
  private readonly working: NodeJS.Timeout;
  private readonly maxInFlight: number;
  private inHand: readonly PulledMessage[] = [];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly consumer: ConsumerIdentity,
    private readonly handler: BatchHandler,
    options: ConsumeOptions,
  ) {
    const maxBatch = options.maxBatch ?? DEFAULT_MAX_BATCH;
    this.maxInFlight = options.maxInFlight ?? 2 * maxBatch;
    this.queue = new BatchQueue({ maxBatch, lingerMs: options.lingerMs ?? 0 }, (batch) => this.work(batch));
    this.pulls = new PullLoop(
      connection,
      { stream: consumer.stream, durable: consumer.durable },
      () => this.maxInFlight - this.held,
      (message) => this.take(message),
    );
    this.working = setInterval(() => this.sayWorking(), WORKING_EVERY_MS);
    this.pulls.start();
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.shutDown());
  }

  private get held(): number {
    return this.inHand.length + this.queue.waiting.length;
  }

  private async shutDown(): Promise<void> {
    const finished = this.queue.stop();
    await this.pulls.stop();
    await finished;
    clearInterval(this.working);
    for (const message of this.queue.takeRest()) this.connection.send(message.settleAt, RELEASE);
  }

  private take(message: Msg): void {
    const pulled = PulledMessage.of(message);
    if (pulled) this.queue.push(pulled);
    else this.log('a message without a stream was dropped', { subject: message.subject });
  }

  private async work(batch: readonly PulledMessage[]): Promise<void> {
    this.inHand = batch;
    const settlements = await this.decide(batch);
    fault('bus.before-ack', `${this.consumer.stream}/${this.consumer.durable}`);
    for (const [i, message] of batch.entries())
      this.connection.send(message.settleAt, acknowledgement(settlements[i]!));
    fault('bus.after-ack', `${this.consumer.stream}/${this.consumer.durable}`);
    this.inHand = [];
    this.pulls.pull();
  }

  private async decide(batch: readonly PulledMessage[]): Promise<readonly Settlement[]> {
    try {
      const settlements = await inConsumerSpan(this.consumer, batch, () => this.handler(batch));
      if (!settlesEach(settlements, batch.length))
        throw new TypeError('the handler did not settle each delivery of its batch');
      return settlements;
    } catch (error) {
      this.log('a batch failed and comes back', { count: batch.length, error: errorText(error) });
      return batch.map(() => retryAfter(RETRY_AFTER_THROW_MS));
    }
  }

  private sayWorking(): void {
    for (const message of [...this.inHand, ...this.queue.waiting])
      this.connection.send(message.settleAt, WORKING);
  }

  private log(text: string, fields: Readonly<Record<string, unknown>>): void {
    const { stream, durable } = this.consumer;
    this.connection.log.error(text, { stream, durable, ...fields });
  }
}

function settlesEach(settlements: readonly Settlement[] | undefined, count: number): boolean {
  return settlements?.length === count && settlements.every((s) => s?.kind === 'ack' || s?.kind === 'retry');
}
