import { describe, expect, it } from 'vitest';
import { anOffer, turn, until, WorkerRig } from './testing/worker-rig.js';
import type { JobHandler } from './worker-types.js';

const echo: JobHandler = (job) =>
  Promise.resolve({ status: 'succeeded', output: { echoed: job.params as string } });

describe('a result', () => {
  const finished = async () => {
    const rig = new WorkerRig(echo);
    await rig.worker.offers([anOffer()]);
    await until(() => rig.publishings.length > 0);
    await turn();
    return rig;
  };

  it('is saved before it is published, and forgotten once it is recorded', async () => {
    const rig = await finished();
    expect(rig.saved).toHaveLength(1);
    rig.heartbeat = { result_recorded: true };
    rig.pass(1_000);
    await until(() => rig.forgotten.length === 1);
    rig.pass(60_000);
    expect(rig.publishings).toHaveLength(1);
    expect(rig.heartbeatRequests).toHaveLength(1);
  });

  it('is forgotten when its lease is stale', async () => {
    const rig = await finished();
    rig.heartbeat = 'stale';
    rig.pass(1_000);
    await until(() => rig.forgotten.length === 1);
  });

  it('is sent again under a new number while the scheduler has not recorded it', async () => {
    const rig = await finished();
    rig.pass(1_000);
    await turn();
    expect(rig.heartbeatRequests).toHaveLength(1);
    expect(rig.publishings).toHaveLength(1);
    rig.pass(5_000);
    await until(() => rig.publishings.length === 2);
    expect(rig.publishings.flat().map((m) => m.sendNumber)).toEqual([0, 1]);
    expect(new Set(rig.publishings.flat().map((m) => m.id)).size).toBe(1);
  });

  it('that could not be published is tried again without asking', async () => {
    const rig = new WorkerRig(echo);
    rig.publishOutcome = 'failed';
    rig.heartbeat = 'silent';
    await rig.worker.offers([anOffer()]);
    await until(() => rig.publishings.length === 1);
    await turn();
    rig.publishOutcome = 'stored';
    rig.pass(1_000);
    await until(() => rig.publishings.length === 2);
    rig.pass(2_000);
    await rig.worker.flush();
    expect(rig.publishings).toHaveLength(2);
    expect(rig.saved).toHaveLength(1);
  });

  it('that an earlier process left is sent again under a number that process did not use', async () => {
    const before = await finished();
    const rig = new WorkerRig(echo);
    rig.worker.resume(before.saved);
    await until(() => rig.publishings.length === 1);
    expect(rig.publishings[0]![0]!.sendNumber).toBeGreaterThan(1_000_000_000);
    rig.heartbeat = { result_recorded: true };
    rig.pass(1_000);
    await until(() => rig.forgotten.length === 1);
  });

  it('is asked about at most once a second', async () => {
    const rig = await finished();
    for (let i = 0; i < 20; i++) {
      rig.pass(100);
      await turn();
    }
    expect(rig.heartbeatRequests).toHaveLength(2);
  });
});
