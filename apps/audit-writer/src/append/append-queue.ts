import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { fault } from '@countersign/kernel';
import { Bus, type Delivery } from '@countersign/messaging';
import { busOf, PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { confirmationsOf } from '../confirm/confirmations-of.js';
import { findAnswered } from '../confirm/find-answered.js';
import type { Message } from '../read-message/message.js';
import { ofItsSender } from '../read-message/of-its-sender.js';
import { bareMessage, readMessage } from '../read-message/read-message.js';
import { appendEntries, type Appended } from './append-entries.js';
import { appendIsolated } from './append-isolated.js';
import { JoinQueue } from './join-queue.js';

/** Most messages in one transaction: four full batches. */
const MAX_JOINED = 2048;
/** Beyond some hundred rows a commit costs little per row. */
const ENOUGH = 256;
/**
 * How long the log waits for company after a message, in milliseconds: fewer commits, and fewer confirmations for all
 * the others, for that much of its delay. All streams wait together; what comes meanwhile is in the commit after.
 */
const LINGER_MS = 40;

/** The one way into the log: batches of all streams, joined into one transaction after another. */
@Injectable()
export class AppendQueue implements OnApplicationShutdown {
  private readonly log = new Logger(AppendQueue.name);
  private readonly queue = new JoinQueue<Message>((messages) => this.append(messages), {
    maxItems: MAX_JOINED,
    enough: ENOUGH,
    lingerMs: LINGER_MS,
  });
  private readonly confirming = new Set<Promise<void>>();

  constructor(
    @Inject(roadOf(Service.AuditWriter)) private readonly road: Road,
    @Inject(busOf(Service.AuditWriter)) private readonly bus: Bus,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'topology'>,
  ) {}

  /** Resolves when all deliveries are in the log and committed. Then, and only then, they may be acknowledged. */
  async add(batch: readonly Delivery[]): Promise<void> {
    const messages = batch
      .map((delivery) => ofItsSender(readMessage(delivery), this.config.topology))
      .filter((message) => message.drafts.length > 0);
    if (messages.length > 0) await this.queue.add(messages);
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
    const appended = await this.road.database.transaction((sql) => appendEntries(sql, messages));
    for (const stream of new Set(messages.map((message) => message.stream)))
      fault('audit.after-commit', stream);
    const confirming: Promise<void> = this.confirm(messages, appended)
      .catch((error: unknown) => this.log.warn(`confirmations were not sent: ${String(error)}`))
      .finally(() => this.confirming.delete(confirming));
    this.confirming.add(confirming);
  }

  // Not awaited by the next transaction. A confirmation that gets lost is given again: its owner repeats the message,
  // which is recognised, and confirmed with all that the log knows of it.
  private async confirm(messages: readonly Message[], { firstSeq, repeated }: Appended): Promise<void> {
    const answeredBefore = await findAnswered(this.road.database, repeated);
    const outcomes = await this.bus.publish(confirmationsOf(messages, { firstSeq, answeredBefore }));
    const lost = outcomes.filter((outcome) => outcome === 'failed').length;
    if (lost > 0) this.log.warn(`${lost} confirmations may be lost and will be asked for again`);
  }
}
