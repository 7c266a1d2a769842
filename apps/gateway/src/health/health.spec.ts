import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../testing/gateway-fixture.js';
import { checkReadiness } from './readiness.js';

describe('the probes', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const ready = () => gateway.call('GET', '/health/ready');

  it('says live and ready to anyone', async () => {
    const live = await gateway.call('GET', '/health/live', {
      headers: { host: 'gateway.svc', authorization: 'x' },
    });
    expect([live.status, live.json]).toEqual([200, { status: 'ok' }]);
    expect((await ready()).status).toBe(200);
  });

  it('is live but not ready without its bus', async () => {
    gateway.bus.isConnected = false;
    const reply = await ready();
    expect([reply.status, reply.json['checks']]).toEqual([503, { database: true, bus: false }]);
    expect((await gateway.call('GET', '/health/live')).status).toBe(200);
  });

  it('is not ready without its database', async () => {
    gateway.tables.failure = new Error('gone');
    const reply = await ready();
    expect([reply.status, reply.json['checks']]).toEqual([503, { database: false, bus: true }]);
  });

  it('does not wait for a database or a broker that hangs', async () => {
    const hangs = () => new Promise(() => undefined);
    const answers = () => Promise.resolve();
    expect(await checkReadiness(hangs, answers, 1)).toEqual({ database: false, bus: true });
    expect(await checkReadiness(answers, hangs, 1)).toEqual({ database: true, bus: false });
  });

  it('is not ready while its broker is connected and does not answer', async () => {
    gateway.bus.flush = () => new Promise(() => undefined);
    const reply = await ready();
    expect([reply.status, reply.json['checks']]).toEqual([503, { database: true, bus: false }]);
  });
});
