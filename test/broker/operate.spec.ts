import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolUser, producerUser, PROVISIONER_USER, Service } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { Operator, ROOT } from '@countersign/standalone';
import { runWorker } from '@countersign/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestPlatform } from '../flow/support/platform.js';
import { send, SteadyLoad } from './support/steady-load.js';

const GRACE_MS = 2_000;
/** Until an offer that nobody takes is made again, and then some. */
const OFFERED_ANEW = { timeout: 50_000, interval: 250 };

describe('an operator changes a running platform', () => {
  let folder: string;
  let topologyFile: string;
  let platform: TestPlatform;
  let operator: Operator;
  let load: SteadyLoad;
  const buses: Bus[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-operate-'));
    topologyFile = join(folder, 'platform.yaml');
    await copyFile(join(ROOT, 'config/platform.yaml'), topologyFile);
    platform = await TestPlatform.start('standalone', { env: { COUNTERSIGN_CONFIG: topologyFile } });
    const { servers } = platform;
    operator = new Operator({
      topologyFile,
      configFile: join(servers.stateDir, 'nats.conf'),
      url: servers.natsUrl,
      pid: servers.nats.pid,
      keys: servers.keys,
      log: () => undefined,
    });
  });
  afterAll(async () => {
    await platform?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  // Somebody works all the time, and must not notice.
  beforeEach(async () => {
    load = new SteadyLoad(await connect(producerUser('local-producer')));
    await vi.waitFor(() => expect(load.jobIds.length).toBeGreaterThan(3), { timeout: 10_000 });
  });
  afterEach(async () => {
    const jobIds = await load.stop();
    await vi.waitFor(async () => expect(await statesOf(jobIds)).toEqual([`${jobIds.length} COMPLETED`]), {
      timeout: 30_000,
    });
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });

  /** A bus that takes up new keys, as the platform's own processes do. */
  async function connect(user: string, seed?: string): Promise<Bus> {
    const { keys, natsUrl } = platform.servers;
    const bus = await Bus.connect({ servers: natsUrl, user, seed: seed ?? keys.followSeedOf(user) });
    buses.push(bus);
    return bus;
  }

  async function statesOf(jobIds: readonly string[]): Promise<string[]> {
    const { rows } = await platform.database.query<{ state: string; count: string }>(
      'SELECT state, count(*) FROM scheduler.jobs WHERE job_id = ANY($1) GROUP BY state',
      [jobIds],
    );
    return rows.map(({ state, count }) => `${count} ${state}`);
  }

  const signsIn = async (user: string, seed: string) => {
    try {
      await (await Bus.connect({ servers: platform.servers.natsUrl, user, seed })).close();
      return true;
    } catch {
      return false;
    }
  };

  it('a producer comes, works and goes; its connection is cut and its key is worth nothing', async () => {
    await operator.addProducer({ name: 'visitor', tenant: 'guests', agents: ['*'] });
    const user = producerUser('visitor');
    const seed = await platform.servers.keys.seedOf(user);
    const visitor = await connect(user, seed);
    const outputs: string[] = [];
    visitor.subscribe('output.guests.visitor.>', (data) => outputs.push(Buffer.from(data).toString()));
    await visitor.flush();
    const jobId = newUlid();
    expect(await send(visitor, 'mcp-bridge.read.list_tickets', jobId, 'guests')).toBe('stored');
    await vi.waitFor(() => expect(outputs.join()).toContain(jobId), { timeout: 15_000 });

    await operator.removeProducer('visitor');
    await vi.waitFor(() => expect(visitor.isConnected).toBe(false));
    expect(await signsIn(user, seed)).toBe(false);
    await expect(platform.servers.keys.seedOf(user)).rejects.toMatchObject({ code: 'missing_key' });
    expect(await readFile(topologyFile, 'utf8')).not.toContain('visitor');
  });

  it('a producer that comes back under its name gets another key', async () => {
    const user = producerUser('visitor');
    await operator.addProducer({ name: 'visitor', tenant: 'guests', agents: ['*'] });
    const before = await platform.servers.keys.seedOf(user);
    await operator.removeProducer('visitor');
    await operator.addProducer({ name: 'visitor', tenant: 'guests', agents: ['*'] });
    expect(await signsIn(user, await platform.servers.keys.seedOf(user))).toBe(true);
    expect(await signsIn(user, before)).toBe(false);
    await operator.removeProducer('visitor');
  });

  it('what is wrong is refused before anything is changed', async () => {
    const { stateDir } = platform.servers;
    const files = () =>
      Promise.all([topologyFile, join(stateDir, 'nats.conf')].map((f) => readFile(f, 'utf8')));
    const before = await files();
    await expect(operator.addProducer({ name: 'gateway', tenant: 't', agents: [] })).rejects.toThrow(
      'reserved',
    );
    await expect(operator.addProducer({ name: 'A B', tenant: 't', agents: [] })).rejects.toThrow('outside');
    await expect(
      operator.addProducer({ name: 'local-producer', tenant: 'other', agents: ['*'] }),
    ).rejects.toMatchObject({ code: 'already_defined' });
    await expect(operator.addPool({ name: 'thief', topics: ['job.agent.>'] })).rejects.toThrow('two pools');
    await expect(operator.rotate(['nobody'], 0)).rejects.toMatchObject({ code: 'unknown_user' });
    expect(await files()).toEqual(before);
  });

  it(
    'a pool goes with an offer that waits there, and another takes the job over',
    { timeout: 90_000 },
    async () => {
      const producer = await connect(producerUser('local-producer'));
      const old = poolUser('example');
      const oldSeed = await platform.servers.keys.seedOf(old);
      const oldWorker = await connect(old, oldSeed);
      const jobId = newUlid();
      expect(await send(producer, 'example.waits', jobId)).toBe('stored');
      await vi.waitFor(async () => expect(await statesOf([jobId])).toEqual(['1 DISPATCHED']), {
        timeout: 10_000,
      });

      await operator.removePool('example');
      await vi.waitFor(() => expect(oldWorker.isConnected).toBe(false));
      expect(await signsIn(old, oldSeed)).toBe(false);
      const admin = await connect(PROVISIONER_USER);
      expect(await admin.request('$JS.API.CONSUMER.INFO.DISPATCH.pool-example', {})).toMatchObject({
        error: { description: 'consumer not found' },
      });

      await operator.addPool({ name: 'successor', topics: ['job.example.>'] });
      const worker = await runWorker({
        servers: platform.servers.natsUrl,
        pool: 'successor',
        seed: platform.servers.keys.followSeedOf(poolUser('successor')),
        workerId: 'successor-1',
        stateDir: folder,
        handle: () => Promise.resolve({ status: 'succeeded', output: 'taken over' }),
      });
      try {
        await vi.waitFor(async () => expect(await statesOf([jobId])).toEqual(['1 COMPLETED']), OFFERED_ANEW);
      } finally {
        await worker.stop();
        await operator.removePool('successor');
      }
    },
  );

  it.each([
    ['a producer', [producerUser('local-producer')]],
    ['a pool', [poolUser('mcp')]],
    ['a service', [Service.Scheduler, `${Service.Scheduler}-rpc`]],
    [
      'every other service and the administrators',
      [Service.Gateway, Service.AuditWriter, PROVISIONER_USER, 'sys'],
    ],
  ])('%s gets new keys; the old ones are good for a while, then refused', async (_who, users) => {
    const { keys } = platform.servers;
    const before = await Promise.all(users.map((user) => keys.seedOf(user)));
    const rotated = operator.rotate(users, GRACE_MS);
    await vi.waitFor(async () => expect(await keys.seedOf(users.at(-1)!)).not.toBe(before.at(-1)), {
      timeout: 10_000,
    });
    for (const [i, user] of users.entries()) {
      expect(await signsIn(user, before[i]!), `the old key of ${user}`).toBe(true);
      expect(await signsIn(user, await keys.seedOf(user)), `the new key of ${user}`).toBe(true);
    }
    await rotated;
    for (const [i, user] of users.entries()) {
      expect(await signsIn(user, before[i]!), `the old key of ${user}`).toBe(false);
      expect(await signsIn(user, await keys.seedOf(user)), `the new key of ${user}`).toBe(true);
    }
    const seen = load.jobIds.length;
    await vi.waitFor(() => expect(load.jobIds.length).toBeGreaterThan(seen + 3), { timeout: 10_000 });
  });

  it('a change that the broker does not take is undone, and everything runs on', async () => {
    const { servers } = platform;
    const configFile = join(servers.stateDir, 'nats.conf');
    const before = await readFile(configFile, 'utf8');
    const elsewhere = new Operator({
      topologyFile,
      configFile,
      url: servers.natsUrl,
      // This process: no nats-server, so that it is not even told.
      pid: process.pid,
      keys: servers.keys,
      log: () => undefined,
    });
    await expect(elsewhere.retire()).rejects.toMatchObject({ code: 'reload_failed' });
    expect(await readFile(configFile, 'utf8')).toBe(before);
  });
});
