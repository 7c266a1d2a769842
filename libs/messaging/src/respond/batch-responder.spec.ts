import { PROVISIONER_USER } from '@countersign/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BusRequest, RefusedRequests } from '../bus-request.js';
import { anOutgoing } from '../testing/an-outgoing.js';
import { recordingLog } from '../testing/recording-log.js';
import { TestBroker } from '../testing/test-broker.js';

const within = { timeout: 5_000, interval: 20 };
const textOf = (request: BusRequest) => new TextDecoder().decode(request.data);
const echo = (batch: readonly BusRequest[]) =>
  Promise.resolve(
    batch.map((r) => ({
      ok: true,
      subject: r.subject,
      caller: r.header('caller'),
      body: JSON.parse(textOf(r)) as unknown,
    })),
  );

describe('answering requests', { timeout: 20_000 }, () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker.close());

  it('answers a service, with its headers in sight', async () => {
    const rpc = await broker.bus('scheduler-rpc');
    const responder = rpc.respond('query.job.get', echo);
    await rpc.flush();
    const gateway = await broker.bus('gateway');
    expect(await gateway.request('query.job.get', { job: 1 }, 2_000, { caller: 'ann' })).toEqual({
      ok: true,
      subject: 'query.job.get',
      caller: 'ann',
      body: { job: 1 },
    });
    await responder.stop();
  });

  it('answers a worker pool in another account, many at a time and each its own', async () => {
    const sizes: number[] = [];
    const responder = (await broker.bus('scheduler-rpc')).respond('claim.*', (batch) => {
      sizes.push(batch.length);
      return echo(batch);
    });
    const pool = await broker.bus('pool-mcp', { apiPrefix: 'CORE.API' });
    await vi.waitFor(() => pool.request('claim.mcp', 0, 500), within);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => pool.request('claim.mcp', n, 2_000)),
    );
    expect(answers).toEqual(
      Array.from({ length: 100 }, (_, body) => ({ ok: true, subject: 'claim.mcp', body })),
    );
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    await responder.stop();
  });

  it('says unavailable when the handler throws', async () => {
    const log = recordingLog();
    const bus = await broker.bus('scheduler-rpc', { log });
    const responder = bus.respond('query.job.list', () => Promise.reject(new Error('no database')));
    await bus.flush();
    const gateway = await broker.bus('gateway');
    expect(await gateway.request('query.job.list', {}, 2_000)).toEqual({ ok: false, code: 'unavailable' });
    expect(log.lines.join()).toContain('no database');
    await responder.stop();
  });

  it('answers the neighbours of a request that its handler fails on', async () => {
    const responder = (await broker.bus('scheduler-rpc')).respond('claim.*', (batch) =>
      batch.some((request) => textOf(request) === '13')
        ? Promise.reject(new Error('no thirteen'))
        : echo(batch),
    );
    const pool = await broker.bus('pool-mcp', { apiPrefix: 'CORE.API' });
    await vi.waitFor(() => pool.request('claim.mcp', 0, 500), within);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => pool.request('claim.mcp', n, 2_000)),
    );
    expect(answers.filter((answer) => (answer as { ok: boolean }).ok)).toHaveLength(39);
    expect(answers[13]).toEqual({ ok: false, code: 'unavailable' });
    await responder.stop();
  });

  it('refuses a request that names no reply, and says so at most once a second', async () => {
    const seen: BusRequest[] = [];
    const told: RefusedRequests[] = [];
    const rpc = await broker.bus('scheduler-rpc');
    const responder = rpc.respond(
      'query.job.output',
      (batch) => {
        seen.push(...batch);
        return echo(batch);
      },
      { onRefused: (refused) => told.push(refused) },
    );
    await rpc.flush();
    const gateway = await broker.rawClient('gateway');
    gateway.publish('query.job.output', '{}');
    gateway.publish('query.job.output', '{}');
    // The responder takes its messages in order: once this one is answered, it had the others.
    await gateway.request('query.job.output', '{}', { timeout: 2_000 });
    expect(seen).toHaveLength(1);
    expect(told).toEqual([{ subject: 'query.job.output', reply: '', count: 1 }]);
    await responder.stop();
  });

  it('answers in the caller’s own account when the reply lies in a stream (S01)', async () => {
    const responder = (await broker.bus('scheduler-rpc')).respond('query.job.output', echo);
    const scheduler = await broker.bus('scheduler');
    const gateway = await broker.rawClient('gateway');
    await vi.waitFor(() => gateway.request('query.job.output', '{}', { timeout: 500 }), within);
    gateway.publish('query.job.output', '{}', { reply: 'dispatch.mcp.evil' });
    await gateway.request('query.job.output', '{}', { timeout: 2_000 });
    // The first message of the stream is the scheduler's.
    await scheduler.publish([anOutgoing({ subject: 'dispatch.mcp.x' })]);
    const manager = await jetstreamManager(await broker.rawClient(PROVISIONER_USER), { checkAPI: false });
    expect((await manager.streams.info('DISPATCH')).state.last_seq).toBe(1);
    await responder.stop();
  });

  it('rejects a request that nobody answers, and one that is answered late, as timeout', async () => {
    const gateway = await broker.bus('gateway');
    await expect(gateway.request('query.audit-writer.trace', {}, 200)).rejects.toMatchObject({
      code: 'timeout',
    });
    let open: (answers: readonly unknown[]) => void = () => undefined;
    const late = new Promise<readonly unknown[]>((resolve) => (open = resolve));
    const responder = (await broker.bus('audit-writer-rpc')).respond('query.audit-writer.verify', () => late);
    await vi.waitFor(
      () =>
        expect(gateway.request('query.audit-writer.verify', {}, 100)).rejects.toMatchObject({
          code: 'timeout',
        }),
      within,
    );
    open([{ ok: true }]);
    await responder.stop();
  });
});
