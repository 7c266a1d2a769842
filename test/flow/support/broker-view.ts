import { inboxPrefix, PROVISIONER_USER, STREAM_LIST } from '@countersign/contracts';
import { jetstreamManager, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream';
import { connect, nanos, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { expect, vi } from 'vitest';
import type { TestServers } from './servers.js';

/** What the broker knows of its messages, seen as the provisioner sees it. */
export class BrokerView {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async open(servers: TestServers): Promise<BrokerView> {
    const seed = await servers.keys.seedOf(PROVISIONER_USER);
    const connection = await connect({
      servers: servers.natsUrl,
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix: inboxPrefix(PROVISIONER_USER),
    });
    return new BrokerView(connection, await jetstreamManager(connection, { checkAPI: false }));
  }

  /** Has every consumer's messages delivered again sooner, in milliseconds after they went unacknowledged. */
  async shortenAckWait(ms: number): Promise<void> {
    for (const { stream_name: stream, name } of await this.consumers())
      await this.manager.consumers.update(stream, name, { ack_wait: nanos(ms) });
  }

  /** How many messages were delivered to a durable's reader and not acknowledged. `hop`: `<stream>/<durable>`. */
  async unacknowledged(hop: string): Promise<number> {
    const [stream = '', durable = ''] = hop.split('/');
    return (await this.manager.consumers.info(stream, durable)).num_ack_pending;
  }

  /** The newest message of a subject that a stream still has. */
  async newest(
    stream: string,
    subject: string,
  ): Promise<{ readonly data: string; readonly header: (name: string) => string }> {
    const message = await this.manager.streams.getMessage(stream, { last_by_subj: subject });
    if (!message) throw new Error(`${stream} has no message of ${subject}`);
    return { data: message.string(), header: (name) => message.header.get(name) };
  }

  /** Waits until every reader has acknowledged every message, those it was given again included, and no new one comes. */
  async settled(): Promise<void> {
    let before = '';
    await vi.waitFor(
      async () => {
        const consumers = await this.consumers();
        const left = consumers
          .filter((consumer) => consumer.num_pending + consumer.num_ack_pending > 0)
          .map((consumer) => `${consumer.stream_name}/${consumer.name}`);
        expect(left).toEqual([]);
        const now = JSON.stringify(consumers.map((consumer) => consumer.delivered.consumer_seq));
        const isQuiet = now === before;
        before = now;
        expect(isQuiet, 'nothing was delivered between two looks').toBe(true);
      },
      { timeout: 40_000, interval: 100 },
    );
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async consumers(): Promise<ConsumerInfo[]> {
    const found: ConsumerInfo[] = [];
    for (const { name } of STREAM_LIST)
      for await (const consumer of this.manager.consumers.list(name)) found.push(consumer);
    return found;
  }
}
