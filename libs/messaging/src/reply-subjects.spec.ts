import { PROVISIONER_USER, STREAM_LIST } from '@countersign/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOutgoing } from './testing/an-outgoing.js';
import { TestBroker } from './testing/test-broker.js';

const TARGETS = ['dispatch.mcp.evil', 'decision.allow.evil', 'control.stop.mcp', 'event.job.default.p1.done'];

describe('a reply subject that lies in a stream (S01)', () => {
  let broker: TestBroker;
  let manager: JetStreamManager;
  const lastSeq = async (stream: string) => (await manager.streams.info(stream)).state.last_seq;
  const allSeqs = async () =>
    Promise.all(STREAM_LIST.map(async ({ name }) => [name, await lastSeq(name)] as const));

  beforeAll(async () => {
    broker = await TestBroker.start();
    manager = await jetstreamManager(await broker.rawClient(PROVISIONER_USER), { checkAPI: false });
    const scheduler = await broker.bus('scheduler');
    await scheduler.publish([anOutgoing({ subject: 'dispatch.mcp.mcp-bridge.read' })]);
  });
  afterAll(() => broker.close());

  it.each(TARGETS)('captures no acknowledgement for a producer at %s', async (reply) => {
    const before = new Map(await allSeqs());
    const producer = await broker.rawClient('producer-p1');
    producer.publish('job.mcp-bridge.read', '{}', { reply });
    await producer.flush();
    // The broker handles one client's messages in order, so this answer comes after what the first one caused.
    await producer.request('job.mcp-bridge.read', '{}', { timeout: 2_000 });
    const after = new Map(await allSeqs());
    expect(after.get('JOBS')).toBe(before.get('JOBS')! + 2);
    expect([...after].filter(([name]) => name !== 'JOBS')).toEqual(
      [...before].filter(([name]) => name !== 'JOBS'),
    );
  });

  it.each(TARGETS)('captures no delivery, claim or result for a pool at %s', async (reply) => {
    const before = new Map(await allSeqs());
    const pool = await broker.rawClient('pool-mcp');
    pool.publish('CORE.API.CONSUMER.MSG.NEXT.DISPATCH.pool-mcp', '{"batch":1,"no_wait":true}', { reply });
    pool.publish('CORE.API.CONSUMER.INFO.DISPATCH.pool-mcp', '', { reply });
    pool.publish('$JS.ACK.DISPATCH.pool-mcp.1.1.1.1.0', '+NXT', { reply });
    pool.publish('claim.mcp', '{}', { reply });
    pool.publish('heartbeat.mcp', '{}', { reply });
    pool.publish('result.mcp.mcp-bridge.read', '{}', { reply });
    await pool.flush();
    await pool.request('CORE.API.CONSUMER.INFO.DISPATCH.pool-mcp', '', { timeout: 2_000 });
    const after = new Map(await allSeqs());
    expect(after.get('RESULTS')).toBe(before.get('RESULTS')! + 1);
    expect([...after].filter(([name]) => name !== 'RESULTS')).toEqual(
      [...before].filter(([name]) => name !== 'RESULTS'),
    );
  });
});
