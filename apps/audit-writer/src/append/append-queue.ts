import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { fault } from '@countersign/kernel';
import { Bus, type Delivery } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { confirmationsOf } from '../confirm/confirmations-of.js';
import type { Message } from '../read-message/message.js';
import { bareMessage, readMessage } from '../read-message/read-message.js';
import { appendEntries } from './append-entries.js';
import { appendIsolated } from './append-isolated.js';
import { JoinQueue } from './join-queue.js';

/** Most messages in one transaction: four full batches; beyond some hundred rows a commit costs little per row. */
const MAX_JOINED = 2048;

/** The one way into the log: batches of all streams, joined into one transaction after another. */
@Injectable()
export class AppendQueue implements OnApplicationShutdown {
  private readonly log = new Logger(AppendQueue.name);
  private readonly queue = new JoinQueue<Message>((messages) => this.append(messages), MAX_JOINED);
  private readonly confirming = new Set<Promise<void>>();

  constructor(
    @Inject(roadOf(Service.AuditWriter)) private readonly road: Road,
    @Inject(busOf(Service.AuditWriter)) private readonly bus: Bus,
  ) {}

  /** Resolves when all deliveries are in the log and committed. Then, and only then, they may be acknowledged. */
  async add(batch: readonly Delivery[]): Promise<void> {
    await this.queue.add(batch.map(readMessage));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.confirming);
  }

  private append(messages: readonly Message[]): Promise<void> {
    return appendIsolated(
      messages,
      (some) => this.commit(some),
      (message) => {
        this.log.error(`message ${message.seq} of ${message.stream} is recorded by its digest alone`);
        return bareMessage(message);
      },
    );
  }

  private async commit(messages: readonly Message[]): Promise<void> {
    if (messages.every((message) => message.drafts.length === 0)) return;
    const firstSeq = await this.road.database.transaction((sql) => appendEntries(sql, messages));
    for (const stream of new Set(messages.map((message) => message.stream)))
      fault(`audit.after-commit ${stream}`);
    this.confirm(messages, firstSeq);
  }

  // Not awaited by the next transaction. A confirmation that gets lost is given again: its owner repeats the message,
  // which is recognised as a duplicate and confirmed like a new one.
  private confirm(messages: readonly Message[], firstSeq: number | undefined): void {
    const sending = this.bus.publish(confirmationsOf(messages, firstSeq)).then(
      (outcomes) => {
        const lost = outcomes.filter((outcome) => outcome === 'failed').length;
        if (lost > 0) this.log.warn(`${lost} confirmations may be lost and will be asked for again`);
      },
      (error: unknown) => this.log.warn(`confirmations were not sent: ${String(error)}`),
    );
    this.confirming.add(sending);
    void sending.finally(() => this.confirming.delete(sending));
  }
}
