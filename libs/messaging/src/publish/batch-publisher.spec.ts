import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anOutgoing, outgoings } from '../testing/an-outgoing.js';
import { recordingLog } from '../testing/recording-log.js';
import { TestBroker } from '../testing/test-broker.js';

describe('publishing a batch', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker.close());

  it('stores every message and says so in order', async () => {
    const bus = await broker.bus('gateway');
    expect(await bus.publish(outgoings(256))).toEqual(new Array(256).fill('stored'));
  });

  it('tells a repeated sending from a wanted re-send', async () => {
    const bus = await broker.bus('gateway');
    const message = anOutgoing();
    expect(await bus.publish([message, message, { ...message, sendNumber: 1 }])).toEqual([
      'stored',
      'duplicate',
      'stored',
    ]);
  });

  it('answers an empty batch at once', async () => {
    const bus = await broker.bus('gateway');
    expect(await bus.publish([])).toEqual([]);
  });

  it('keeps the replies of two processes of one user apart', async () => {
    const [one, two] = await Promise.all([broker.bus('gateway'), broker.bus('gateway')]);
    const known = anOutgoing();
    await one.publish([known]);
    expect(await Promise.all([one.publish([known]), two.publish([anOutgoing()])])).toEqual([
      ['duplicate'],
      ['stored'],
    ]);
  });

  it('fails a message whose header could forge another, and stores its neighbours', async () => {
    const log = recordingLog();
    const bus = await broker.bus('gateway', { log });
    const forged = anOutgoing({ causationId: 'x\r\ncs-verified-caller: admin' });
    expect(await bus.publish([anOutgoing(), forged, anOutgoing()])).toEqual(['stored', 'failed', 'stored']);
    expect(log.lines.join()).toContain('ce-causationid');
  });

  it('fails a message that the broker would not take, and stores its neighbours', async () => {
    const bus = await broker.bus('gateway');
    const huge = anOutgoing({ body: 'x'.repeat(3 * 1024 * 1024) });
    expect(await bus.publish([huge, anOutgoing()])).toEqual(['failed', 'stored']);
  });

  it.each([
    'decision.allow.mcp-bridge.read',
    'from.p1.job.mcp-bridge.read',
    'from.gateway.job.mcp-bridge.read',
    'dispatch.mcp.mcp-bridge.read',
    'control.stop.mcp',
    '$JS.API.STREAM.PURGE.JOBS',
    'CORE.API.CONSUMER.INFO.DISPATCH.pool-mcp',
  ])('lets a producer not publish to %s (S01)', async (subject) => {
    const bus = await broker.bus('producer-p1');
    expect(await bus.publish([anOutgoing({ subject })])).toEqual(['failed']);
  });

  it('stores what a producer publishes in its own account', async () => {
    const bus = await broker.bus('producer-p1');
    expect(await bus.publish([anOutgoing({ subject: 'job.mcp-bridge.read' })])).toEqual(['stored']);
  });
});

describe('publishing without a broker or a stream', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await TestBroker.start({ provisioned: false });
  });
  afterAll(() => broker.close());

  it('fails when no stream takes the subject', async () => {
    const log = recordingLog();
    const bus = await broker.bus('gateway', { log });
    expect(await bus.publish(outgoings(3))).toEqual(['failed', 'failed', 'failed']);
    expect(log.lines).toEqual([
      'messages were not published {"user":"gateway","count":3,"reason":"the broker did not answer in time"}',
    ]);
  });

  it('fails within 500 ms while the server is down and stores again when it is back', async () => {
    await broker.provision();
    const bus = await broker.bus('gateway');
    await broker.down();
    const before = performance.now();
    expect(await bus.publish(outgoings(2))).toEqual(['failed', 'failed']);
    expect(performance.now() - before).toBeLessThan(600);
    await vi.waitFor(() => expect(bus.isConnected).toBe(false));
    await broker.up();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 5_000 });
    await vi.waitFor(async () => expect(await bus.publish([anOutgoing()])).toEqual(['stored']), {
      timeout: 5_000,
    });
  });
});
