import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerConfig, inboxPrefix, PROVISIONER_USER, type Topology } from '@countersign/contracts';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { Bus } from '../bus.js';
import type { BusOptions } from '../connection.js';
import { createKeys } from '../create-keys.js';
import { provision } from '../provision/provision.js';
import { findServer } from './find-server.js';

/** One producer and two pools. */
export const testTopology: Topology = {
  producers: [{ name: 'p1', tenant: 'default', agents: ['*'] }],
  pools: [
    { name: 'mcp', topics: ['job.mcp-bridge.>'] },
    { name: 'agent', topics: ['job.agent.>'] },
  ],
};
/** Small enough that all streams fit on any disk, in bytes. */
export const TEST_MAX_BYTES = 64 * 1024 * 1024;

/** A real nats-server with the contract's accounts, on a port of its own. */
export class TestBroker {
  private readonly keys = new Map<string, ReturnType<typeof createKeys>>();
  private readonly open: { close(): Promise<void> }[] = [];
  private server: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(options: { provisioned?: boolean } = {}): Promise<TestBroker> {
    const broker = new TestBroker(await mkdtemp(join(tmpdir(), 'countersign-nats-')), await freePort());
    const config = brokerConfig(testTopology, {
      host: '127.0.0.1',
      port: broker.port,
      storeDir: join(broker.folder, 'data'),
      publicKeyOf: (user) => broker.keysOf(user).publicKey,
    });
    await writeFile(join(broker.folder, 'nats.conf'), config);
    await broker.up();
    if (options.provisioned ?? true) await broker.provision();
    return broker;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts the server on the same port and data as before. */
  async up(): Promise<void> {
    const server = spawn(findServer(), ['-c', join(this.folder, 'nats.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.server = server;
    const killAtExit = () => server.kill('SIGKILL');
    process.once('exit', killAtExit);
    server.once('exit', () => process.off('exit', killAtExit));
    let output = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Server is ready')) resolve();
      });
      server.once('exit', () => reject(new Error(`nats-server ended: ${output}`)));
    });
  }

  async down(): Promise<void> {
    const server = this.server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  /** A bus of a user; closed with the broker. */
  async bus(user: string, options: Partial<BusOptions> = {}): Promise<Bus> {
    const bus = await Bus.connect({ servers: this.url, user, seed: this.keysOf(user).seed, ...options });
    this.open.push(bus);
    return bus;
  }

  /** A bare client of a user, for what a bus would never send. */
  async rawClient(user: string): Promise<NatsConnection> {
    const client = await connect({
      servers: this.url,
      inboxPrefix: inboxPrefix(user),
      authenticator: nkeyAuthenticator(new TextEncoder().encode(this.keysOf(user).seed)),
    });
    this.open.push(client);
    return client;
  }

  async provision(): Promise<void> {
    await provision(await this.bus(PROVISIONER_USER), testTopology, { maxBytes: TEST_MAX_BYTES });
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((one) => one.close()));
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  private keysOf(user: string): ReturnType<typeof createKeys> {
    let keys = this.keys.get(user);
    if (!keys) this.keys.set(user, (keys = createKeys()));
    return keys;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
