import { Header, inboxPrefix, PROVISIONER_USER, STREAM_LIST, type StreamName } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { expect, vi } from 'vitest';
import type { TestServers } from '../../flow/support/servers.js';
import type { TapMessage } from '../checker/history.js';
import { quiet } from './quiet.js';

const DURABLE = 'tap';

/**
 * Records every message of every stream. It reads by durables of its own, so the streams keep what comes while it, or
 * the broker, is away. They need no acknowledgement, which the provisioner may not give.
 */
export class Tap {
  readonly messages: TapMessage[] = [];
  private readonly reading: ConsumerMessages[] = [];

  private constructor(private readonly nats: NatsConnection) {}

  static async open({ keys, natsUrl }: TestServers): Promise<Tap> {
    const seed = await keys.seedOf(PROVISIONER_USER);
    const nats = await connect({
      servers: natsUrl,
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix: inboxPrefix(PROVISIONER_USER),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    const tap = new Tap(nats);
    await tap.attach();
    return tap;
  }

  /** Makes its consumers where they are missing, as after the loss of the store, and reads them. */
  async attach(): Promise<void> {
    for (const one of this.reading.splice(0)) one.stop();
    const manager = await jetstreamManager(this.nats, { checkAPI: false });
    for (const { name } of STREAM_LIST) {
      await manager.consumers.add(name, {
        durable_name: DURABLE,
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.All,
      });
      const consumer = await jetstream(this.nats).consumers.get(name, DURABLE);
      const messages = await consumer.consume({ expires: 5_000 });
      this.reading.push(messages);
      void this.read(name as StreamName, messages);
    }
  }

  /** Waits until it has read what the streams hold for it. */
  async caughtUp(): Promise<void> {
    const manager = await jetstreamManager(this.nats, { checkAPI: false });
    await vi.waitFor(
      async () => {
        const infos = await Promise.all(STREAM_LIST.map(({ name }) => manager.consumers.info(name, DURABLE)));
        expect(infos.filter(({ num_pending }) => num_pending > 0).map((info) => info.stream_name)).toEqual(
          [],
        );
      },
      { timeout: 15_000, interval: 100 },
    );
    await this.nats.flush();
  }

  /** Waits until nothing moves in the broker. */
  async quiet(): Promise<void> {
    await quiet(await jetstreamManager(this.nats, { checkAPI: false }));
  }

  async close(): Promise<void> {
    for (const one of this.reading) one.stop();
    await this.nats.close();
  }

  private async read(stream: StreamName, messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) this.messages.push(tapMessage(stream, message));
  }
}

const optional = <K extends string>(name: K, value: string | undefined) =>
  value === undefined ? {} : ({ [name]: value } as Record<K, string>);

function tapMessage(stream: StreamName, message: JsMsg): TapMessage {
  const header = (name: string) => (message.headers?.has(name) ? message.headers.get(name) : undefined);
  return {
    stream,
    seq: message.seq,
    subject: message.subject,
    type: header(Header.Type) ?? '',
    storedAtMs: message.info.timestampNanos / 1e6,
    text: message.string(),
    digest: sha256Digest(message.data),
    headers: {
      id: header(Header.Id) ?? '',
      source: header(Header.Source) ?? '',
      time: header(Header.Time) ?? '',
      ...optional('jobId', header(Header.Subject)),
      ...optional('causationId', header(Header.CausationId)),
      ...optional('traceparent', header(Header.Traceparent)),
    },
  };
}
