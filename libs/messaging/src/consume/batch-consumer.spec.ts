import { CONSUMERS, poolConsumer } from '@countersign/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ack, retryAfter, type Delivery } from '../delivery.js';
import { anOutgoing, outgoings } from '../testing/an-outgoing.js';
import { recordingLog } from '../testing/recording-log.js';
import { TestBroker } from '../testing/test-broker.js';

const within = { timeout: 10_000, interval: 20 };
const acked = (batch: readonly Delivery[]) => Promise.resolve(batch.map(() => ack));
const ids = (batch: readonly Delivery[]) => batch.map((d) => d.header('ce-id'));

/** A promise that the test resolves. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

describe('consuming a durable', { timeout: 30_000 }, () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await TestBroker.start();
  });
  afterEach(() => broker.close());

  it('delivers what was published, with its envelope and the time it was stored', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    const before = Date.now();
    await gateway.publish([
      anOutgoing({ id: 'e1', jobId: 'j1', causationId: 'c1', headers: { 'cs-verified-caller': 'ann' } }),
    ]);
    const seen: Delivery[] = [];
    await evaluator.consume(CONSUMERS.evaluateJobs, (batch) => {
      seen.push(...batch);
      return acked(batch);
    });
    await vi.waitFor(() => expect(seen).toHaveLength(1), within);
    const [delivery] = seen;
    expect(delivery).toMatchObject({
      stream: 'JOBS',
      seq: 1,
      subject: 'from.gateway.job.mcp-bridge.read',
      deliveries: 1,
    });
    expect(delivery!.storedAtMs).toBeGreaterThanOrEqual(before - 5);
    expect(delivery!.storedAtMs).toBeLessThanOrEqual(Date.now() + 5);
    expect(new TextDecoder().decode(delivery!.data)).toBe('{"n":1}');
    expect(
      [
        'ce-specversion',
        'ce-id',
        'ce-subject',
        'ce-causationid',
        'content-type',
        'Nats-Msg-Id',
        'cs-verified-caller',
        'none',
      ].map((name) => delivery!.header(name)),
    ).toEqual(['1.0', 'e1', 'j1', 'c1', 'application/json', 'e1#0', 'ann', undefined]);
  });

  it('delivers to a worker pool in its own account', async () => {
    const scheduler = await broker.bus('scheduler');
    const pool = await broker.bus('pool-mcp', { apiPrefix: 'CORE.API' });
    const seen: Delivery[] = [];
    await pool.consume(poolConsumer('mcp'), (batch) => {
      seen.push(...batch);
      return acked(batch);
    });
    const subject = 'dispatch.mcp.mcp-bridge.read';
    expect(await scheduler.publish(outgoings(20, { subject }))).toEqual(new Array(20).fill('stored'));
    await vi.waitFor(() => expect(seen).toHaveLength(20), within);
    expect(new Set(seen.map((d) => d.subject))).toEqual(new Set([subject]));
    expect(new Set(seen.map((d) => d.stream))).toEqual(new Set(['DISPATCH']));
  });

  it('gives a delivery again that is to be retried, and only that one', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    await gateway.publish([anOutgoing({ id: 'good' }), anOutgoing({ id: 'bad' })]);
    const seen: string[] = [];
    await evaluator.consume(CONSUMERS.evaluateJobs, (batch) => {
      seen.push(...batch.map((d) => `${d.header('ce-id')} ${d.deliveries}`));
      return Promise.resolve(
        batch.map((d) => (d.header('ce-id') === 'bad' && d.deliveries < 3 ? retryAfter(50) : ack)),
      );
    });
    await vi.waitFor(() => expect(seen).toEqual(['good 1', 'bad 1', 'bad 2', 'bad 3']), within);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('database is away'))],
    ['settles too few', () => Promise.resolve([])],
  ])('gives the whole batch again when the handler %s', async (_, fault) => {
    const log = recordingLog();
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator', { log })];
    await gateway.publish(outgoings(3));
    const calls: (readonly Delivery[])[] = [];
    await evaluator.consume(
      CONSUMERS.evaluateJobs,
      (batch) => {
        calls.push(batch);
        return calls.length === 1 ? fault() : acked(batch);
      },
      { lingerMs: 200 },
    );
    await vi.waitFor(() => expect(calls.flat()).toHaveLength(6), within);
    expect(calls[1]!.map((d) => d.deliveries)).toEqual([2, 2, 2]);
    expect(log.lines.join()).toContain('a batch failed and comes back');
  });

  it('lets batches grow while a handler is busy, up to the limit', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    const busy = gate();
    const sizes: number[] = [];
    await evaluator.consume(
      CONSUMERS.evaluateJobs,
      async (batch) => {
        sizes.push(batch.length);
        if (sizes.length === 1) await busy.passed;
        return batch.map(() => ack);
      },
      { maxBatch: 40 },
    );
    await gateway.publish(outgoings(1));
    await vi.waitFor(() => expect(sizes).toEqual([1]), within);
    await gateway.publish(outgoings(100));
    await gateway.flush();
    busy.open();
    await vi.waitFor(() => expect(sizes.reduce((a, b) => a + b)).toBe(101), within);
    expect(Math.max(...sizes)).toBe(40);
    expect(sizes.length).toBeLessThan(8);
  });

  it('holds no more than it was allowed to while a handler is busy', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    const other = await broker.bus('policy-evaluator');
    const busy = gate();
    const taken: unknown[] = [];
    await gateway.publish(outgoings(100));
    await evaluator.consume(
      CONSUMERS.evaluateJobs,
      async (batch) => {
        await busy.passed;
        return batch.map(() => ack);
      },
      { maxBatch: 5, maxInFlight: 10 },
    );
    await other.consume(CONSUMERS.evaluateJobs, (batch) => {
      taken.push(...ids(batch));
      return acked(batch);
    });
    await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(90), within);
    busy.open();
  });

  it('loses nothing when it is stopped amid its work', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    const sent = outgoings(600);
    await gateway.publish(sent);
    const done = new Set<unknown>();
    const started = gate();
    let calls = 0;
    const first = await evaluator.consume(
      CONSUMERS.evaluateJobs,
      async (batch) => {
        if (++calls === 2) started.open();
        await gateway.flush();
        for (const id of ids(batch)) done.add(id);
        return batch.map(() => ack);
      },
      { maxBatch: 50 },
    );
    await started.passed;
    await first.stop();
    const byFirst = done.size;
    expect(byFirst).toBeGreaterThan(1);
    expect(byFirst).toBeLessThan(600);
    const redelivered: Delivery[] = [];
    await evaluator.consume(CONSUMERS.evaluateJobs, (batch) => {
      redelivered.push(...batch.filter((d) => done.has(d.header('ce-id'))));
      for (const id of ids(batch)) done.add(id);
      return acked(batch);
    });
    await vi.waitFor(() => expect(done.size).toBe(600), within);
    expect(redelivered).toEqual([]);
  });

  it('goes on after the server was restarted', async () => {
    const [gateway, evaluator] = [await broker.bus('gateway'), await broker.bus('policy-evaluator')];
    const seen = new Set<unknown>();
    await evaluator.consume(CONSUMERS.evaluateJobs, (batch) => {
      for (const id of ids(batch)) seen.add(id);
      return acked(batch);
    });
    await gateway.publish([anOutgoing({ id: 'before' })]);
    await vi.waitFor(() => expect(seen).toContain('before'), within);
    await broker.down();
    await vi.waitFor(() => expect(evaluator.isConnected).toBe(false), within);
    await broker.up();
    await vi.waitFor(
      async () => expect(await gateway.publish([anOutgoing({ id: 'after' })])).not.toEqual(['failed']),
      within,
    );
    await vi.waitFor(() => expect(seen).toContain('after'), within);
  });
});

describe('consuming a durable that does not exist yet', { timeout: 30_000 }, () => {
  it.each([
    ['policy-evaluator', CONSUMERS.evaluateJobs, {}, 'gateway', 'from.gateway.job.a.b'],
    ['pool-mcp', poolConsumer('mcp'), { apiPrefix: 'CORE.API' }, 'scheduler', 'dispatch.mcp.a.b'],
  ])(
    'says so as %s, creates nothing, and starts when it is there',
    async (user, consumer, options, publisher, subject) => {
      const broker = await TestBroker.start({ provisioned: false });
      try {
        const log = recordingLog();
        const bus = await broker.bus(user, { ...options, log });
        const seen: Delivery[] = [];
        await bus.consume(consumer, (batch) => {
          seen.push(...batch);
          return acked(batch);
        });
        await vi.waitFor(() => expect(log.lines.join()).toContain('the consumer does not exist'), within);
        await broker.provision();
        await (await broker.bus(publisher)).publish([anOutgoing({ subject })]);
        await vi.waitFor(() => expect(seen).toHaveLength(1), within);
      } finally {
        await broker.close();
      }
    },
  );
});
