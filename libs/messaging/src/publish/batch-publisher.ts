import { fault } from '@countersign/kernel';
import { nuid, type Msg } from '@nats-io/transport-node';
import type { Connection } from '../connection.js';
import { errorText } from '../error-text.js';
import type { Outgoing, PublishOutcome } from '../outgoing.js';
import { headerBlock, preparedHeaders } from './header-block.js';
import { readPubAck } from './read-pub-ack.js';

/** A batch whose broker says nothing for so long is given up, in milliseconds. */
export const PUBLISH_TIMEOUT_MS = 500;

interface PendingBatch {
  readonly outcomes: (PublishOutcome | undefined)[];
  left: number;
  /** How many failed for which reason: told once per batch, so that a refusing broker does not flood the log. */
  readonly reasons: Map<string, number>;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcomes: PublishOutcome[]) => void;
}

/** Publishes batches: one inbox for the connection, one promise and one timer for a batch, nothing awaited per message. */
export class BatchPublisher {
  private readonly inbox: string;
  private readonly pending = new Map<number, PendingBatch>();
  private lastBatch = 0;

  constructor(private readonly connection: Connection) {
    // The token keeps apart the replies of two processes that run as the same user.
    this.inbox = `${connection.inboxPrefix}.p.${nuid.next()}`;
    connection.nats.subscribe(`${this.inbox}.*.*`, {
      callback: (error, message) => {
        if (error)
          connection.log.error('the reply inbox is closed', {
            user: connection.user,
            error: errorText(error),
          });
        else this.take(message);
      },
    });
    connection.onLost(() => this.giveUpAll());
  }

  /** One outcome per message, in order. Never rejects. */
  publish(messages: readonly Outgoing[]): Promise<PublishOutcome[]> {
    if (messages.length === 0 || !this.connection.isConnected)
      return Promise.resolve(messages.map((): PublishOutcome => 'failed'));
    return new Promise((resolve) => {
      const batch = ++this.lastBatch;
      const pending: PendingBatch = {
        outcomes: new Array<PublishOutcome | undefined>(messages.length).fill(undefined),
        left: messages.length,
        reasons: new Map(),
        timer: setTimeout(() => this.giveUp(batch, 'the broker did not answer in time'), PUBLISH_TIMEOUT_MS),
        resolve,
      };
      this.pending.set(batch, pending);
      for (const [i, message] of messages.entries()) {
        const refusal = this.send(message, `${this.inbox}.${batch}.${i}`);
        if (refusal !== undefined) this.settle(batch, i, 'failed', refusal);
      }
    });
  }

  /** Why the message could not even be sent, or undefined. */
  private send(message: Outgoing, reply: string): string | undefined {
    try {
      const headers = preparedHeaders(headerBlock(message));
      fault('bus.before-publish', message.type);
      this.connection.nats.publish(message.subject, message.body, { reply, headers });
      fault('bus.after-publish', message.type);
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  private take(message: Msg): void {
    const [batch, i] = message.subject
      .slice(this.inbox.length + 1)
      .split('.')
      .map(Number);
    if (batch === undefined || i === undefined || !this.pending.has(batch)) return;
    const { outcome, reason } = readPubAck(message);
    this.settle(batch, i, outcome, reason);
  }

  private settle(batch: number, i: number, outcome: PublishOutcome, reason?: string): void {
    const pending = this.pending.get(batch);
    if (!pending || i >= pending.outcomes.length || pending.outcomes[i] !== undefined) return;
    pending.outcomes[i] = outcome;
    if (reason !== undefined) pending.reasons.set(reason, (pending.reasons.get(reason) ?? 0) + 1);
    pending.left--;
    if (pending.left === 0) this.finish(batch, pending);
    // A broker that works through a large batch is slow, not silent.
    else pending.timer.refresh();
  }

  private giveUpAll(): void {
    for (const batch of [...this.pending.keys()]) this.giveUp(batch, 'the connection was lost');
  }

  private giveUp(batch: number, reason: string): void {
    const pending = this.pending.get(batch);
    if (!pending) return;
    pending.reasons.set(reason, pending.left);
    this.finish(batch, pending);
  }

  private finish(batch: number, pending: PendingBatch): void {
    clearTimeout(pending.timer);
    this.pending.delete(batch);
    const { log, user } = this.connection;
    for (const [reason, count] of pending.reasons)
      log.warn('messages were not published', { user, count, reason });
    pending.resolve(pending.outcomes.map((outcome) => outcome ?? 'failed'));
  }
}
