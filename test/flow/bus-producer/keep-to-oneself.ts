import { EventType, poolUser, producerUser, Subjects } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type Outgoing } from '@countersign/messaging';
import { expect, it } from 'vitest';
import { aRead, type BusProducer } from '../support/bus-producer.js';
import type { TestPlatform } from '../support/platform.js';

const anEvent = (subject: string): Outgoing => ({
  subject,
  id: newUlid(),
  type: EventType.Job,
  source: 'x',
  body: '{}',
  time: new Date().toISOString(),
});

/** Where the broker draws the line between accounts. */
export function keepToOneself(platform: () => TestPlatform, producer: () => BusProducer): void {
  it.each([
    ['a worker hears nothing of its outputs', poolUser('example')],
    ['it hears nothing of the outputs of others', producerUser('local-producer')],
  ])('%s (N08)', async (_name, user) => {
    const { api, broker, servers } = platform();
    const seed = await servers.keys.seedOf(user);
    const listener = await Bus.connect({ servers: servers.natsUrl, user, seed });
    try {
      const heard: string[] = [];
      for (const subject of ['output.>', 'event.>', 'result.>'])
        listener.subscribe(subject, (_data, found) => heard.push(found));
      await listener.flush();
      const mine = aRead();
      await producer().submit(mine);
      const others = await api.submit(aRead());
      await producer().getsOutput(mine.job_id);
      await api.reaches(others.job_id, 'COMPLETED');
      await broker.settled();
      // The broker answers in order: what it had for this connection came before.
      await listener.flush();
      expect(heard).toEqual([]);
      expect(producer().outputsOf(others.job_id)).toEqual([]);
    } finally {
      await listener.close();
    }
  });

  it('it can publish nothing but jobs (X01)', async () => {
    const subjects = [
      'dispatch.mcp.x',
      'decision.allow.x',
      'from.gateway.job.x',
      'output.default.local-producer.x',
      'result.mcp.x',
    ];
    const outcomes = await producer().bus.publish(
      [Subjects.job.address({ tail: 'a' }), ...subjects].map(anEvent),
    );
    expect(outcomes).toEqual(['stored', ...subjects.map(() => 'failed')]);
  });
}
