import { CONSUMERS, EventType, Service, sourceOf, Subjects, type ConsumerSpec } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type Delivery } from '@countersign/messaging';
import { roleOf } from '@countersign/persistence';
import {
  ANSWERED,
  AUDITED,
  connectService,
  disconnectService,
  type ServiceConnections,
} from '@countersign/service-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';

const consumer: ConsumerSpec = CONSUMERS.evaluateJobs;
const expected = { schema: null, type: EventType.Job };
let servers: TestServers;
let connections: ServiceConnections;

beforeAll(async () => {
  servers = await startServers();
  const url = new URL(servers.postgres.url);
  url.username = roleOf(Service.PolicyEvaluator);
  url.password = await servers.keys.passwordOf(Service.PolicyEvaluator);
  const seed = await servers.keys.seedOf(Service.PolicyEvaluator);
  connections = await connectService(servers.natsUrl, {
    service: Service.PolicyEvaluator,
    databaseUrl: url.href,
    seedOf: () => seed,
  });
});
afterAll(async () => {
  if (connections) await disconnectService(connections);
  await servers?.stop();
});

let seq = 0;
function aDelivery(body: unknown, over: { id?: string; headers?: Record<string, string> } = {}): Delivery {
  const headers: Record<string, string> = {
    'ce-id': over.id ?? newUlid(),
    'ce-source': sourceOf(Service.Gateway),
    'ce-type': EventType.Job,
    ...over.headers,
  };
  return {
    stream: 'JOBS',
    seq: ++seq,
    subject: 'from.gateway.job.x',
    data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    storedAtMs: 1_700_000_000_000 + seq,
    deliveries: 1,
    header: (name) => headers[name],
  };
}
const rows = (sql: string, params: readonly unknown[] = []) => connections.database.query(sql, params);

describe('the unit of work', () => {
  it('hands a repeated message to nobody and acknowledges it (F16)', async () => {
    const seen: unknown[] = [];
    const delivery = aDelivery({ n: 1 });
    const handle = () =>
      connections.road.handle(consumer, expected, [delivery], (_work, facts) =>
        Promise.resolve(void seen.push(...facts)),
      );
    expect(await handle()).toEqual([{ kind: 'ack' }]);
    expect(await handle()).toEqual([{ kind: 'ack' }]);
    expect(seen).toHaveLength(1);
  });

  it('makes a dead letter of a known event id with another body', async () => {
    const id = newUlid();
    const handled: unknown[] = [];
    for (const body of [{ n: 1 }, { n: 2 }])
      await connections.road.handle(consumer, expected, [aDelivery(body, { id })], (_work, facts) =>
        Promise.resolve(void handled.push(...facts)),
      );
    expect(handled).toHaveLength(1);
    expect(
      await rows('SELECT reason_code FROM dead_letters WHERE dead_letter_id = $1', [
        `JOBS:${seq}:${1_700_000_000_000 + seq}:policy-evaluator`,
      ]),
    ).toEqual([{ reason_code: 'digest_mismatch' }]);
  });

  it('isolates a message whose handler keeps failing, lets its neighbours go on, and buries it at the fifth try (X10, F18)', async () => {
    const poison = aDelivery({ poison: true });
    const handled: unknown[] = [];
    const decide = (_work: unknown, facts: readonly { body: unknown }[]) => {
      if (facts.some((fact) => JSON.stringify(fact.body).includes('poison'))) throw new Error('cannot');
      handled.push(...facts);
      return Promise.resolve();
    };
    const settlements = await connections.road.handle(
      consumer,
      expected,
      [aDelivery({ n: 1 }), poison, aDelivery({ n: 2 })],
      decide,
    );
    expect(settlements.map((s) => s.kind)).toEqual(['ack', 'retry', 'ack']);
    expect(handled).toHaveLength(2);
    for (const kind of ['retry', 'retry', 'retry', 'ack'])
      expect(
        (await connections.road.handle(consumer, expected, [poison], decide)).map((s) => s.kind),
      ).toEqual([kind]);
    expect(await rows('SELECT reason_code, tries FROM dead_letters WHERE seq = $1', [poison.seq])).toEqual([
      { reason_code: 'handler_failed', tries: 5 },
    ]);
  });

  it('buries a message that is not by who publishes there, tells that it is forged, and believes nothing of it (H04)', async () => {
    const id = newUlid();
    const forged = aDelivery({ n: 1 }, { id, headers: { 'ce-source': sourceOf(Service.Scheduler) } });
    const handled: unknown[] = [];
    const decide = (_work: unknown, facts: readonly unknown[]) =>
      Promise.resolve(void handled.push(...facts));
    await connections.road.handle(consumer, expected, [forged], decide);
    expect(handled).toEqual([]);
    const [told] = await rows(
      `SELECT subject, body FROM outbox WHERE event_id = 'dead-letter:' || (SELECT dead_letter_id FROM dead_letters WHERE seq = $1)`,
      [forged.seq],
    );
    expect(told).toMatchObject({ subject: 'event.policy-evaluator.dead_letter' });
    expect(JSON.parse(String(told!['body']))).toMatchObject({ reason_code: 'forged', verified: false });
    // The event whose id it took is another message's still.
    await connections.road.handle(consumer, expected, [aDelivery({ n: 2 }, { id })], decide);
    expect(handled).toHaveLength(1);
  });

  it('counts no try when the infrastructure fails', async () => {
    const delivery = aDelivery({ n: 1 });
    const failing = () =>
      Promise.reject(Object.assign(new Error('terminating connection'), { code: '57P01' }));
    await expect(connections.road.handle(consumer, expected, [delivery], failing)).rejects.toThrow(
      'terminating',
    );
    expect(await rows('SELECT 1 FROM tries WHERE event_id = $1', [delivery.header('ce-id')])).toEqual([]);
  });

  it('rolls back state and messages together', async () => {
    const id = newUlid();
    await expect(
      connections.road.run((work) => {
        work.emit({
          subject: Subjects.decision.address({ effect: 'allow', tail: 'x' }),
          id,
          type: EventType.Decision,
          body: {},
        });
        return Promise.reject(new Error('changed my mind'));
      }),
    ).rejects.toThrow('changed my mind');
    expect(await rows('SELECT 1 FROM outbox WHERE event_id = $1', [id])).toEqual([]);
  });

  it('sends after an outage of the broker what was committed during it (F7)', async () => {
    const id = newUlid();
    await servers.nats.kill();
    await connections.road.run((work) => {
      work.emit({
        subject: Subjects.decision.address({ effect: 'allow', tail: 'outage' }),
        id,
        type: EventType.Decision,
        body: { id },
      });
      return Promise.resolve();
    });
    await connections.road.settled();
    await servers.restartNats();
    const scheduler = await Bus.connect({
      servers: servers.natsUrl,
      user: Service.Scheduler,
      seed: await servers.keys.seedOf(Service.Scheduler),
    });
    const received: string[] = [];
    const reading = await scheduler.consume(CONSUMERS.scheduleDecisions, (batch) => {
      received.push(...batch.map((delivery) => delivery.header('ce-id') ?? ''));
      return Promise.resolve(batch.map(() => ({ kind: 'ack' as const })));
    });
    await vi.waitFor(() => expect(received).toContain(id), { timeout: 20_000 });
    await reading.stop();
    await scheduler.close();
  });

  it('keeps an outbox row until the message is audited and answered, in either order', async () => {
    const ids = [newUlid(), newUlid()];
    await connections.road.run((work) => {
      for (const id of ids)
        work.emit({
          subject: Subjects.decision.address({ effect: 'allow', tail: 'y' }),
          id,
          type: EventType.Decision,
          body: {},
        });
      return Promise.resolve();
    });
    const left = async () =>
      (await rows('SELECT event_id FROM outbox WHERE event_id = ANY($1)', [ids])).map(
        (row) => row['event_id'],
      );
    const { outbox } = connections.road;
    await outbox.mark(new Map([[ids[0]!, AUDITED]]));
    await outbox.mark(new Map([[ids[1]!, ANSWERED]]));
    expect(await outbox.complete(new Map([[ids[1]!, ANSWERED]]))).toEqual([]);
    expect(await outbox.complete(new Map([[ids[1]!, AUDITED]]))).toEqual([ids[1]]);
    expect(await left()).toEqual([ids[0]]);
    expect(await outbox.complete(new Map([[ids[0]!, ANSWERED]]))).toEqual([ids[0]]);
    expect(await left()).toEqual([]);
  });

  it('loses no bit of a row that is answered by a transaction and confirmed at the same moment', async () => {
    const { outbox, database } = connections.road;
    const id = newUlid();
    await connections.road.run((work) => {
      const subject = Subjects.decision.address({ effect: 'allow', tail: 'z' });
      work.emit({ subject, id, type: EventType.Decision, body: {} });
      return Promise.resolve();
    });
    let marking = Promise.resolve();
    await database.transaction(async (sql) => {
      await outbox.answered(sql, [id]);
      expect(await outbox.complete(new Map([[id, AUDITED]]))).toEqual([]);
      marking = outbox.mark(new Map([[id, AUDITED]]));
      const waits =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE outbox%'";
      await vi.waitFor(async () => expect(await rows(waits)).toHaveLength(1), { timeout: 10_000 });
    });
    await marking;
    expect(await rows('SELECT flags FROM outbox WHERE event_id = $1', [id])).toEqual([{ flags: 3 }]);
    await rows('UPDATE outbox SET next_send_at = now() WHERE event_id = $1', [id]);
    await outbox.resendDue();
    expect(await rows('SELECT 1 FROM outbox WHERE event_id = $1', [id])).toEqual([]);
  });
});

describe('the rights of a service in the database', () => {
  it('end at its own schema', async () => {
    await expect(rows('SELECT * FROM scheduler.jobs')).rejects.toThrow(/permission denied/);
    await expect(rows('CREATE TABLE policy_evaluator.mine (x int)')).rejects.toThrow(/permission denied/);
  });
});
