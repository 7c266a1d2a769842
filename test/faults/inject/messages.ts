import { EventType, producerUser, Service, serviceUser, SERVICES, sourceOf } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type Outgoing } from '@countersign/messaging';
import { expect, vi } from 'vitest';
import { BusProducer } from '../../flow/support/bus-producer.js';
import type { FaultRun } from '../support/fault-run.js';

/** Messages that are sent at once. */
const AT_ONCE = 100;

/** What a broken relay would do: old events with new numbers of sending, so the broker takes them all. */
export async function repeatMessages({ platform: { servers }, tap, load }: FaultRun): Promise<void> {
  await load.ended();
  await tap.quiet();
  // One of each: an event that was sent again in its time stands in its stream twice.
  const seen = [...new Map(tap.messages.map((message) => [message.headers.id, message])).values()];
  for (const service of SERVICES) {
    const own = seen.filter(
      ({ type, headers }) => headers.source === sourceOf(service) && type !== EventType.Audited,
    );
    const user = serviceUser(service);
    const bus = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
    for (const sendNumber of [101, 102, 103])
      for (let at = 0; at < own.length; at += AT_ONCE)
        await sendAll(
          bus,
          own.slice(at, at + AT_ONCE).map(({ subject, type, text, headers }) => ({
            ...{ subject, type, body: text, sendNumber },
            ...headers,
          })),
        );
    await bus.close();
  }
}

/** Sends until the broker has all of them. What it may have taken without a word in time is a duplicate then. */
async function sendAll(bus: Bus, messages: readonly Outgoing[]): Promise<void> {
  let left = messages;
  await vi.waitFor(
    async () => {
      const outcomes = await bus.publish(left);
      left = left.filter((_, i) => outcomes[i] === 'failed');
      expect(left.map(({ subject }) => subject)).toEqual([]);
    },
    { timeout: 60_000, interval: 200 },
  );
}

/** Messages on the producers' subject that are no jobs. Each ends as a dead letter. */
export async function poison({ platform }: FaultRun): Promise<void> {
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

/** A producer tries to give workers a job by itself. */
export async function forgeOffer({ platform: { servers } }: FaultRun): Promise<void> {
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
