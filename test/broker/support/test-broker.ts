import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  brokerConfig,
  brokerUsers,
  inboxPrefix,
  PROVISIONER_USER,
  SYSTEM_USER,
  type Topology,
} from '@countersign/contracts';
import { findNatsServer, freePort, startNats, type RunningServer } from '@countersign/infra';
import { Bus, createKeys, provision } from '@countersign/messaging';
import { ROOT } from '@countersign/standalone';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll } from 'vitest';

/** Two of each, so that one can be seen to reach nothing of the other. */
export const TOPOLOGY: Topology = {
  producers: [
    { name: 'p1', tenant: 't1', agents: ['*'] },
    { name: 'p2', tenant: 't2', agents: ['*'] },
  ],
  pools: [
    { name: 'a', topics: ['job.a.>'] },
    { name: 'b', topics: ['job.b.>'] },
  ],
};
const MAX_BYTES = 32 * 1024 * 1024;

/** A real server with the contract's accounts, and one bare client for each identity. */
export class TestBroker {
  private constructor(
    readonly url: string,
    private readonly server: RunningServer,
    private readonly folder: string,
    private readonly clients: ReadonlyMap<string, NatsConnection>,
    /** What the provisioner may look at. */
    readonly manager: JetStreamManager,
  ) {}

  static async start(): Promise<TestBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-broker-'));
    const users = [SYSTEM_USER, ...brokerUsers(TOPOLOGY).map((user) => user.name)];
    const keys = new Map(users.map((user) => [user, createKeys()]));
    const keysOf = (user: string) => {
      const found = keys.get(user);
      if (!found) throw new RangeError(`no keys for ${user}`);
      return found;
    };
    const port = await freePort();
    const configFile = join(folder, 'nats.conf');
    const config = brokerConfig(TOPOLOGY, {
      host: '127.0.0.1',
      port,
      storeDir: join(folder, 'data'),
      publicKeyOf: (user) => keysOf(user).publicKey,
    });
    await writeFile(configFile, config);
    const bin = await findNatsServer(join(ROOT, '.countersign/cache'));
    const server = await startNats({ bin, configFile, port });
    const url = `nats://127.0.0.1:${port}`;
    const { seed } = keysOf(PROVISIONER_USER);
    const bus = await Bus.connect({ servers: url, user: PROVISIONER_USER, seed });
    await provision(bus, TOPOLOGY, { maxBytes: MAX_BYTES });
    await bus.close();
    const connections = await Promise.all(
      users.map((user) =>
        connect({
          servers: url,
          inboxPrefix: inboxPrefix(user),
          authenticator: nkeyAuthenticator(new TextEncoder().encode(keysOf(user).seed)),
        }),
      ),
    );
    const clients = new Map(users.map((user, i) => [user, connections[i]!]));
    const manager = await jetstreamManager(clients.get(PROVISIONER_USER)!, { checkAPI: false });
    return new TestBroker(url, server, folder, clients, manager);
  }

  get users(): readonly string[] {
    return [...this.clients.keys()];
  }

  client(user: string): NatsConnection {
    const client = this.clients.get(user);
    if (!client) throw new RangeError(`nobody is called ${user}`);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A broker for the tests of the enclosing `describe`. */
export function useBroker(): () => TestBroker {
  let broker: TestBroker | undefined;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker?.stop());
  return () => {
    if (!broker) throw new Error('the broker is used before it was started');
    return broker;
  };
}
