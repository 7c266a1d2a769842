import 'reflect-metadata';
import { CONSUMERS, Service } from '@countersign/contracts';
import { Controller, Inject, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BusRequest } from '../bus-request.js';
import { ack, retryAfter, type Delivery } from '../delivery.js';
import { anOutgoing } from '../testing/an-outgoing.js';
import { recordingLog } from '../testing/recording-log.js';
import { TestBroker } from '../testing/test-broker.js';
import { Consume } from './consume.decorator.js';
import { JetStreamTransport, type ServiceBuses } from './jetstream-transport.js';
import { Respond } from './respond.decorator.js';
import { RethrowRpcFilter } from './rethrow-rpc-filter.js';

const within = { timeout: 10_000, interval: 20 };

@Injectable()
class Seen {
  readonly deliveries: string[] = [];
}

@Controller()
class SchedulerController {
  constructor(@Inject(Seen) private readonly seen: Seen) {}

  @Consume(CONSUMERS.scheduleDecisions)
  decide(batch: readonly Delivery[]) {
    this.seen.deliveries.push(...batch.map((d) => `${d.header('ce-id')} ${d.deliveries}`));
    if (batch.some((d) => d.header('ce-id') === 'poison' && d.deliveries === 1))
      throw new Error('the very reason');
    return Promise.resolve(
      batch.map((d) => (d.header('ce-id') === 'later' && d.deliveries === 1 ? retryAfter(20) : ack)),
    );
  }

  @Respond('claim.*')
  claim(batch: readonly BusRequest[]) {
    return Promise.resolve(batch.map((request) => ({ ok: true, subject: request.subject })));
  }
}

@Module({ controllers: [SchedulerController], providers: [Seen] })
class SchedulerModule {}

@Controller()
class SecondController {
  @Consume(CONSUMERS.scheduleDecisions)
  decide(batch: readonly Delivery[]) {
    return Promise.resolve(batch.map(() => ack));
  }
}

@Module({ controllers: [SchedulerController, SecondController], providers: [Seen] })
class TwiceModule {}

const start = (module: Type, buses: ReadonlyMap<Service, ServiceBuses>) =>
  NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy: new JetStreamTransport(buses),
    logger: false,
  });

describe('a Nest application on the transport', { timeout: 30_000 }, () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker.close());

  it('consumes and answers on the buses of its service, and stops with the application', async () => {
    const log = recordingLog();
    const main = await broker.bus('scheduler', { log });
    const rpc = await broker.bus('scheduler-rpc');
    const app = await start(SchedulerModule, new Map([[Service.Scheduler, { main, rpc }]]));
    app.useGlobalFilters(new RethrowRpcFilter());
    await app.listen();
    const seen = app.get(Seen).deliveries;

    const evaluator = await broker.bus('policy-evaluator');
    const subject = 'decision.allow.mcp-bridge.read';
    await evaluator.publish([anOutgoing({ id: 'later', subject })]);
    await vi.waitFor(() => expect(seen).toEqual(['later 1', 'later 2']), within);
    await evaluator.publish([anOutgoing({ id: 'poison', subject })]);
    await vi.waitFor(() => expect(seen).toContain('poison 2'), within);
    expect(log.lines.join()).toContain('the very reason');

    const pool = await broker.bus('pool-agent', { apiPrefix: 'CORE.API' });
    expect(await pool.request('claim.agent', {}, 2_000)).toEqual({ ok: true, subject: 'claim.agent' });

    await app.close();
    await evaluator.publish([anOutgoing({ id: 'unseen', subject })]);
    await expect(pool.request('claim.agent', {}, 300)).rejects.toMatchObject({ name: 'CodedError' });
    expect(seen).not.toContain('unseen 1');
    expect(main.isConnected).toBe(true);
  });

  it('does not start when a handler has no bus or two claim one consumer', async () => {
    const main = await broker.bus('scheduler');
    const rpc = await broker.bus('scheduler-rpc');
    const cases: [Type, Map<Service, ServiceBuses>, string][] = [
      [SchedulerModule, new Map<Service, ServiceBuses>(), 'scheduler has no bus'],
      [SchedulerModule, new Map([[Service.Scheduler, { main }]]), 'no bus to answer claim.*'],
      [TwiceModule, new Map([[Service.Scheduler, { main, rpc }]]), 'two handlers claim'],
    ];
    for (const [module, buses, reason] of cases) {
      const app = await start(module, buses);
      await expect(app.listen()).rejects.toThrow(reason);
    }
  });

  it('refuses a responder outside the contract', () => {
    expect(() => Respond('claim.mcp')).toThrow('no service answers claim.mcp');
  });
});
