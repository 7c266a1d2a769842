import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  EventType,
  JobState,
  producerUser,
  Service,
  serviceUser,
  SERVICES,
  sourceOf,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { readTopology } from '@countersign/service-kit';
import { ROOT, setUpPlatform } from '@countersign/standalone';
import { expect, vi } from 'vitest';
import { BusProducer } from '../flow/support/bus-producer.js';
import { launchService } from '../flow/support/launch.js';
import type { FaultRun } from './support/fault-run.js';

/** One fault of the schedule: what is done, while jobs are on their way. It ends with everything up again. */
export interface Fault {
  /** Its number in the plan. */
  readonly id: string;
  readonly what: string;
  readonly inject: (run: FaultRun) => Promise<void>;
  /** Whether something is down meanwhile, so that the time to recover means anything. */
  readonly isOutage: boolean;
}

const LONG_OUTAGE_MS = 6_000;

const kill = (id: string, service: Service): Fault => ({
  id,
  what: `kill -9 ${service}`,
  isOutage: true,
  inject: async ({ platform }) => {
    platform.signal(service, 'SIGKILL');
    expect(await platform.died(service)).toBe('SIGKILL');
    await platform.startAgain(service);
  },
});

const killBroker = (downMs: number): Fault => ({
  id: 'F7',
  what: `kill -9 nats-server, back after ${downMs / 1000} s`,
  isOutage: true,
  inject: async ({ platform: { servers } }) => {
    await servers.nats.kill();
    await delay(downMs);
    await servers.restartNats();
  },
});

const stall = (id: string, service: Service): Fault => ({
  id,
  what: `SIGSTOP ${service} for ${LONG_OUTAGE_MS / 1000} s`,
  isOutage: true,
  inject: async ({ platform }) => {
    platform.signal(service, 'SIGSTOP');
    await delay(LONG_OUTAGE_MS);
    platform.signal(service, 'SIGCONT');
  },
});

/** The faults that are tried, in this order, each on the platform that the one before left behind. */
export const FAULTS: readonly Fault[] = [
  kill('F1', Service.PolicyEvaluator),
  stall('F2', Service.PolicyEvaluator),
  kill('F3', Service.Scheduler),
  kill('F4', Service.ApprovalService),
  kill('F5', Service.AuditWriter),
  kill('F6', Service.OutputScanner),
  kill('F3', Service.Gateway),
  killBroker(100),
  killBroker(LONG_OUTAGE_MS),
  {
    id: 'F8',
    what: 'nats-server stopped, its store deleted, started and set up again',
    isOutage: true,
    inject: deleteStore,
  },
  { id: 'F10', what: 'kill -9 PostgreSQL, all of it', isOutage: true, inject: killPostgres },
  {
    id: 'F16',
    what: 'every message of every service sent 3 times more',
    isOutage: false,
    inject: repeatMessages,
  },
  {
    id: 'F18',
    what: 'messages that are no jobs: bad JSON, depth 10,000, 1 MB, wrong types',
    isOutage: false,
    inject: poison,
  },
  { id: 'F22', what: 'SIGTERM and start of every service in turn', isOutage: true, inject: rollingRestart },
  { id: 'F24', what: 'a producer publishes an offer', isOutage: false, inject: forgeOffer },
  {
    id: 'F25',
    what: 'two schedulers, one of them stopped past the leases it knows, then woken',
    isOutage: false,
    inject: pauseOneOfTwoSchedulers,
  },
];

async function deleteStore({ platform, tap }: FaultRun): Promise<void> {
  const { servers } = platform;
  await servers.nats.kill();
  await rm(join(servers.stateDir, 'jetstream'), { recursive: true });
  await servers.restartNats();
  await setUpPlatform({
    adminUrl: servers.postgres.url,
    natsUrl: servers.natsUrl,
    topology: await readTopology(join(ROOT, 'config/platform.yaml')),
    keys: servers.keys,
  });
  await platform.broker.shortenAckWait(1_000);
  await tap.attach();
}

async function killPostgres(run: FaultRun): Promise<void> {
  await run.database.kill();
  await run.database.restart();
}

/** What a broken relay would do: old events with new numbers of sending, so the broker takes them all. */
async function repeatMessages({ platform: { servers, broker }, tap, load }: FaultRun): Promise<void> {
  await load.ended();
  await broker.settled();
  const seen = [...tap.messages];
  for (const service of SERVICES) {
    const own = seen.filter(
      ({ type, headers }) => headers.source === sourceOf(service) && type !== EventType.Audited,
    );
    const user = serviceUser(service);
    const bus = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
    for (const sendNumber of [101, 102, 103]) {
      const outcomes = await bus.publish(
        own.map(({ subject, type, text, headers }) => ({
          subject,
          type,
          body: text,
          sendNumber,
          ...headers,
        })),
      );
      expect(new Set(outcomes)).toEqual(own.length > 0 ? new Set(['stored']) : new Set());
    }
    await bus.close();
  }
}

async function poison({ platform }: FaultRun): Promise<void> {
  const producer = await BusProducer.connect(platform);
  const job = { tenant_id: 'default', topic: 'job.example.run', job_id: newUlid() };
  const bodies = [
    '{"no',
    '[]',
    JSON.stringify({ ...job, params: 'x'.repeat(1_000_000) }),
    `{"tenant_id":"default","topic":"job.example.run","params":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    JSON.stringify({ ...job, tenant_id: 7 }),
    JSON.stringify({ ...job, unknown: true }),
  ];
  for (const body of bodies) expect(await producer.send('example.run', body)).toBe('stored');
  await producer.bus.close();
  await vi.waitFor(
    async () => {
      const { rowCount } = await platform.database.query('SELECT 1 FROM policy_evaluator.dead_letters');
      expect(rowCount).toBe(bodies.length);
    },
    { timeout: 30_000 },
  );
}

async function rollingRestart({ platform }: FaultRun): Promise<void> {
  for (const service of SERVICES) {
    const { code, ms } = await platform.terminate(service);
    expect({ service, code, isInTime: ms < 10_000 }).toEqual({ service, code: 0, isInTime: true });
    await platform.startAgain(service);
  }
}

async function forgeOffer({ platform: { servers } }: FaultRun): Promise<void> {
  const user = producerUser('local-producer');
  const bus = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
  const [outcome] = await bus.publish([
    {
      subject: 'dispatch.example.example.run',
      id: newUlid(),
      type: EventType.Offer,
      source: sourceOf(Service.Scheduler),
      time: new Date().toISOString(),
      body: '{}',
    },
  ]);
  await bus.close();
  expect(outcome).toBe('failed');
}

/** Both read the same durables. What the stopped one had in hand goes to the other, and is known when it wakes. */
async function pauseOneOfTwoSchedulers({ platform, load }: FaultRun): Promise<void> {
  const env = { ...process.env, ...platform.servers.env };
  const second = await launchService(Service.Scheduler, env, (line) => void platform.lines.push(line));
  try {
    const running = await load.submit('run', { hold_ms: 2_000 });
    await platform.api.reaches(running, JobState.Running);
    const sending = load.mix(20);
    platform.signal(Service.Scheduler, 'SIGSTOP');
    await platform.database.query(
      `UPDATE scheduler.attempts SET lease_expires_at = now() WHERE state = 'RUNNING' AND job_id = $1`,
      [running],
    );
    await vi.waitFor(
      async () => {
        const { rows } = await platform.database.query<{ state: string }>(
          'SELECT state FROM scheduler.jobs WHERE job_id = $1',
          [running],
        );
        expect(rows[0]?.state).toBe(JobState.TimedOut);
      },
      { timeout: 20_000 },
    );
    platform.signal(Service.Scheduler, 'SIGCONT');
    await sending;
    await load.ended();
  } finally {
    platform.signal(Service.Scheduler, 'SIGCONT');
    await second.stop();
  }
}
