import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { afterEach, describe, expect, it } from 'vitest';
import { EventType, Header, Service, sourceOf, STREAM_LIST, type Audited } from '@countersign/contracts';
import {
  ack,
  JetStreamTransport,
  type BatchHandler,
  type Bus,
  type BusRequest,
  type Delivery,
  type Outgoing,
  type RequestHandler,
} from '@countersign/messaging';
import { sqlOver, type Sql } from '@countersign/persistence';
import { busOf, PLATFORM_CONFIG, roadOf } from '@countersign/service-kit';
import { GENESIS } from '@countersign/audit-log';
import { AuditWriterModule } from './audit-writer.module.js';

/** The broker and the database as far as the module needs them; it does not understand SQL, and keeps what it was asked. */
class World {
  readonly consumers = new Map<string, BatchHandler>();
  readonly responders = new Map<string, RequestHandler>();
  readonly published: Outgoing[] = [];
  readonly statements: string[] = [];
  readonly commits: (() => void)[] = [];
  readonly options: unknown[] = [];
  failWith: Error | undefined;

  readonly bus = {
    consume: (consumer: { stream: string; durable: string }, handler: BatchHandler, options: unknown) => {
      this.consumers.set(`${consumer.stream}/${consumer.durable}`, handler);
      this.options.push(options);
      return Promise.resolve({ stop: () => Promise.resolve() });
    },
    respond: (subject: string, handler: RequestHandler) => {
      this.responders.set(subject, handler);
      return { stop: () => Promise.resolve() };
    },
    publish: (messages: readonly Outgoing[]) => {
      this.published.push(...messages);
      return Promise.resolve(messages.map(() => 'stored' as const));
    },
  } as unknown as Bus;

  private readonly sql: Sql = sqlOver(<T>(text: string) => {
    this.statements.push(text);
    if (this.failWith) return Promise.reject(this.failWith);
    const isHead = /FROM head/.test(text);
    const rows = isHead ? [{ ...GENESIS, seq: '0', now: new Date(0), last: '0' }] : [];
    return Promise.resolve(rows as T[]);
  });

  readonly road = {
    forTenant: () => ({ read: <T>(work: (sql: Sql) => Promise<T>) => work(this.sql) }),
    database: {
      ...this.sql,
      transaction: async <T>(work: (sql: Sql) => Promise<T>) => {
        const result = await work(this.sql);
        await new Promise<void>((resolve) => this.commits.push(resolve));
        return result;
      },
    },
  };
}

function offer(seq: number): Delivery {
  const headers: Readonly<Record<string, string>> = {
    [Header.Id]: `e${seq}`,
    [Header.Type]: EventType.Offer,
    [Header.Source]: sourceOf(Service.Scheduler),
  };
  const data = new TextEncoder().encode('{}');
  const header = (name: string) => headers[name];
  return { stream: 'DISPATCH', subject: 'dispatch.mcp.x', seq, data, storedAtMs: 0, deliveries: 1, header };
}
const request = (body: unknown): BusRequest => ({
  subject: '',
  data: new TextEncoder().encode(JSON.stringify(body)),
  header: () => undefined,
});

describe('the audit-writer', () => {
  let stop: () => Promise<void> = () => Promise.resolve();
  afterEach(() => stop());

  async function start() {
    const world = new World();
    const service = Service.AuditWriter;
    const provided = [
      { provide: roadOf(service), useValue: world.road },
      { provide: busOf(service), useValue: world.bus },
      { provide: PLATFORM_CONFIG, useValue: { topology: { producers: [], pools: [] } } },
    ];
    @Module({})
    class ConnectionsModule {}
    const connections = { module: ConnectionsModule, global: true, providers: provided, exports: provided };
    @Module({ imports: [connections, AuditWriterModule] })
    class HostModule {}
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(HostModule, {
      strategy: new JetStreamTransport(new Map([[service, { main: world.bus, rpc: world.bus }]])),
      logger: false,
    });
    await app.listen();
    stop = () => app.close();
    return world;
  }
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('reads every stream without waiting for more, and answers two questions', async () => {
    const world = await start();
    expect([...world.consumers.keys()].sort()).toEqual(
      STREAM_LIST.map((s) => `${s.name}/audit-writer`).sort(),
    );
    for (const options of world.options) expect(options).toEqual({ maxBatch: 512 });
    expect([...world.responders.keys()].sort()).toEqual([
      'query.audit-writer.trace',
      'query.audit-writer.verify',
    ]);
  });

  it('acknowledges and confirms after the commit, and not before', async () => {
    const world = await start();
    let settled = false;
    const handled = world.consumers.get('DISPATCH/audit-writer')!([offer(1), offer(2)]);
    void handled.then(() => (settled = true));
    await until(() => world.commits.length === 1);
    expect(settled).toBe(false);
    expect(world.published).toEqual([]);
    world.commits[0]!();
    expect(await handled).toEqual([ack, ack]);
    await until(() => world.published.length > 0);
    expect(world.published.map((p) => [p.subject, p.id])).toEqual([
      ['event.audit.appended.scheduler', 'audit:1:scheduler'],
    ]);
    expect((JSON.parse(world.published[0]!.body) as Audited).appended).toEqual(['e1', 'e2']);
  });

  it('joins what different streams bring within its linger into one commit', async () => {
    const world = await start();
    const handled = ['DISPATCH', 'JOBS', 'RESULTS', 'EVENTS'].map((s) =>
      world.consumers.get(`${s}/audit-writer`)!([offer(1)]),
    );
    await until(() => world.commits.length > 0);
    world.commits[0]!();
    await Promise.all(handled);
    expect(world.commits).toHaveLength(1);
  });

  it('acknowledges and confirms nothing when the database fails', async () => {
    const world = await start();
    world.failWith = Object.assign(new Error('connection terminated'), { code: '57P01' });
    await expect(world.consumers.get('DISPATCH/audit-writer')!([offer(1)])).rejects.toThrow();
    expect(world.published).toEqual([]);
  });

  it('acknowledges its own confirmations without a transaction', async () => {
    const world = await start();
    const own = { ...offer(1), stream: 'EVENTS', subject: 'event.audit.appended.scheduler' };
    expect(await world.consumers.get('EVENTS/audit-writer')!([own])).toEqual([ack]);
    expect(world.statements).toEqual([]);
  });

  it('answers a trace, and refuses a question outside the grammar', async () => {
    const world = await start();
    const ask = { tenant_id: 'default', trace_id: 'a'.repeat(32) };
    const questions = [ask, { ...ask, limit: 501 }, { ...ask, tenant_id: '*' }, { trace_id: ask.trace_id }];
    const answers = await world.responders.get('query.audit-writer.trace')!(questions.map(request));
    expect(answers).toEqual([
      { ok: true, trace_id: ask.trace_id, items: [], next: null },
      { ok: false, code: 'invalid_field', pointer: '/limit' },
      { ok: false, code: 'invalid_field', pointer: '/tenant_id' },
      { ok: false, code: 'missing_field', pointer: '/tenant_id' },
    ]);
  });

  it('gives one check of the log to all who ask at once', async () => {
    const world = await start();
    const verify = world.responders.get('query.audit-writer.verify')!;
    const answers = await Promise.all([verify([request({})]), verify([request({}), request({})])]);
    const sound = { ok: true, entries: 0, head_hash: GENESIS.hash, head_seq: 0 };
    expect(answers).toEqual([[sound], [sound, sound]]);
    expect(world.statements.filter((text) => text.includes('FROM head'))).toHaveLength(1);
  });
});
