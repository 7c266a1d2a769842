import { AUDIT_CONSUMERS, CONSUMERS, PROVISIONER_USER, Service, STREAM_LIST } from '@countersign/contracts';
import { jetstreamManager, RetentionPolicy, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus } from '../bus.js';
import { recordingLog } from '../testing/recording-log.js';
import { TEST_MAX_BYTES, TestBroker, testTopology } from '../testing/test-broker.js';
import { checkBroker } from './check-broker.js';
import { provision } from './provision.js';

describe('provisioning the broker', () => {
  let broker: TestBroker;
  let manager: JetStreamManager;
  let bus: Bus;
  const log = recordingLog();
  const again = (maxBytes = TEST_MAX_BYTES) => provision(bus, testTopology, { maxBytes });

  beforeEach(async () => {
    broker = await TestBroker.start({ provisioned: false });
    manager = await jetstreamManager(await broker.rawClient(PROVISIONER_USER), { checkAPI: false });
    bus = await broker.bus(PROVISIONER_USER, { log });
  });
  afterEach(() => broker.close());

  it('creates every stream and consumer of the contract', async () => {
    await again();
    for (const { name } of STREAM_LIST)
      expect((await manager.streams.info(name)).config).toMatchObject({
        storage: 'file',
        retention: 'interest',
        discard: 'new',
        max_bytes: TEST_MAX_BYTES,
        duplicate_window: nanos(name === 'JOBS' ? 1_000 : 120_000),
      });
    const pools = ['pool-mcp', 'pool-agent'].map((durable) => ({ stream: 'DISPATCH', durable }));
    for (const { stream, durable } of [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS, ...pools])
      expect((await manager.consumers.info(stream, durable)).config).toMatchObject({
        ack_policy: 'explicit',
        ack_wait: nanos(6_000),
        max_deliver: -1,
        max_ack_pending: durable === Service.AuditWriter ? 5_000 : 1_000,
      });
  });

  it('changes nothing when repeated, and what may change when it differs', async () => {
    await again();
    await again();
    await manager.consumers.update('JOBS', 'policy-evaluator', { max_ack_pending: 7 });
    await again(2 * TEST_MAX_BYTES);
    expect((await manager.streams.info('JOBS')).config.max_bytes).toBe(2 * TEST_MAX_BYTES);
    expect((await manager.consumers.info('JOBS', 'policy-evaluator')).config.max_ack_pending).toBe(1_000);
  });

  it('names what the broker refuses to change', async () => {
    await manager.streams.add({
      name: 'JOBS',
      subjects: ['from.*.job.>'],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
    });
    await expect(again()).rejects.toMatchObject({
      code: 'broker_mismatch',
      message: expect.stringContaining('stream JOBS: retention is "limits", not "interest"') as string,
    });
  });

  it('warns of a consumer that is not in the contract, because it holds messages back', async () => {
    await again();
    await manager.consumers.add('DISPATCH', { durable_name: 'pool-gone', ack_policy: 'explicit' });
    await again();
    expect(log.lines.join()).toContain('"consumer":"pool-gone"');
  });

  it('lets a service check its own consumers with its own rights', async () => {
    await again();
    for (const service of [Service.Scheduler, Service.ApprovalService, Service.AuditWriter])
      await checkBroker(await broker.bus(service), service, testTopology);
  });

  it('tells a service which of its consumers differ or are missing', async () => {
    await again();
    await manager.consumers.update('RESULTS', 'scheduler', { max_deliver: 3 });
    await manager.consumers.delete('VERDICTS', 'scheduler');
    await expect(
      checkBroker(await broker.bus(Service.Scheduler), Service.Scheduler, testTopology),
    ).rejects.toMatchObject({
      code: 'broker_mismatch',
      message:
        'the broker is not as the contract says: consumer RESULTS/scheduler: max_deliver is 3, not -1; consumer VERDICTS/scheduler: does not exist',
    });
  });
});
