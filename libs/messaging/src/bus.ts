import { BatchConsumer } from './consume/batch-consumer.js';
import { rememberConnection } from './connection-of.js';
import { Connection, type BusOptions } from './connection.js';
import type { RequestHandler, RespondOptions } from './bus-request.js';
import type { BatchHandler, ConsumeOptions } from './delivery.js';
import { errorText } from './error-text.js';
import type { Outgoing, PublishOutcome } from './outgoing.js';
import { BatchPublisher } from './publish/batch-publisher.js';
import { sendRequest } from './request/send-request.js';
import { BatchResponder } from './respond/batch-responder.js';
import type { Stoppable } from './stoppable.js';

/** One identity's connection to the broker, and all that a service does with it. */
export class Bus {
  private readonly publisher: BatchPublisher;
  private readonly running = new Set<Stoppable>();

  private constructor(private readonly connection: Connection) {
    this.publisher = new BatchPublisher(connection);
    rememberConnection(this, connection);
  }

  /** Throws `CodedError('unavailable')` when the first connection fails; a later loss heals by itself. */
  static async connect(options: BusOptions): Promise<Bus> {
    return new Bus(await Connection.open(options));
  }

  /** The broker user of this bus. */
  get user(): string {
    return this.connection.user;
  }

  get isConnected(): boolean {
    return this.connection.isConnected;
  }

  /**
   * Publishes into streams; one outcome per message, in order. Never throws: what the broker did not confirm is
   * `failed`, at once when it is away and after 500 ms of silence otherwise.
   */
  publish(messages: readonly Outgoing[]): Promise<PublishOutcome[]> {
    return this.publisher.publish(messages);
  }

  /** Works through a durable consumer until stopped. One that does not exist yet is logged and tried again. */
  consume(
    consumer: { readonly stream: string; readonly durable: string; readonly filter?: string },
    handler: BatchHandler,
    options: ConsumeOptions = {},
  ): Promise<Stoppable> {
    const identity = { ...consumer, user: this.user };
    return Promise.resolve(this.keep(new BatchConsumer(this.connection, identity, handler, options)));
  }

  /** Answers requests on a subject until stopped; processes of the same user share them. */
  respond(subject: string, handler: RequestHandler, options: RespondOptions = {}): Stoppable {
    return this.keep(new BatchResponder(this.connection, subject, handler, options));
  }

  /** Throws `CodedError('timeout')` or `CodedError('unavailable')`; five seconds when no time is given. */
  request(
    subject: string,
    body: unknown,
    timeoutMs?: number,
    headers?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    return sendRequest(this.connection, subject, body, timeoutMs, headers);
  }

  /** Listens without guarantees: what is published while the connection is away is missed. */
  subscribe(subject: string, handler: (data: Uint8Array, subject: string) => void): { stop(): void } {
    const { nats, log, user } = this.connection;
    const subscription = nats.subscribe(subject, {
      callback: (error, message) => {
        try {
          if (error) throw error;
          handler(message.data, message.subject);
        } catch (failure) {
          log.error('a subscription failed', { user, subject, error: errorText(failure) });
        }
      },
    });
    return {
      stop: () => {
        if (!nats.isClosed()) subscription.unsubscribe();
      },
    };
  }

  /** Resolves when the broker has received everything sent before. */
  async flush(): Promise<void> {
    await this.connection.nats.flush();
  }

  /** Stops what still runs, sends what is left to send and closes the connection. */
  async close(): Promise<void> {
    await Promise.all([...this.running].map((one) => one.stop()));
    const { nats, isConnected, log, user } = this.connection;
    try {
      if (isConnected) await nats.flush();
    } catch (error) {
      log.warn('the broker left before everything was sent', { user, error: errorText(error) });
    }
    await nats.close();
  }

  private keep(one: Stoppable): Stoppable {
    this.running.add(one);
    return {
      stop: async () => {
        await one.stop();
        this.running.delete(one);
      },
    };
  }
}
