import { JobState, ReasonCode } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { ApprovalBench, TAIL, theEvent, theQuarantine } from './support/approval-bench.js';

let servers: TestServers;
let service: ApprovalBench;

beforeAll(async () => {
  servers = await startServers();
  service = await ApprovalBench.open(servers);
});
afterAll(async () => {
  await service?.rig.close();
  await servers?.stop();
});

describe('the question about an output that is kept back', () => {
  it('says why it is (O4)', async () => {
    const jobId = newUlid();
    await service.hold(theQuarantine(jobId));
    await service.hear(theEvent(jobId, JobState.Quarantined, 1, { reason_code: 'constraints_exceeded' }));
    expect(
      await service.rig.rows('SELECT reason_code, reason FROM approvals WHERE job_id = $1', [jobId]),
    ).toEqual([{ reason_code: 'constraints_exceeded', reason: ReasonCode.constraints_exceeded }]);
  });

  it.each([
    ['no reason', {}],
    ['a reason that nobody knows', { reason_code: 'because' }],
  ])('says that it waits where the scheduler gives %s', async (_what, said) => {
    const jobId = newUlid();
    await service.hold(theQuarantine(jobId));
    await service.hear(theEvent(jobId, JobState.Quarantined, 1, said));
    expect(await service.rig.rows('SELECT reason_code FROM approvals WHERE job_id = $1', [jobId])).toEqual([
      { reason_code: 'quarantined' },
    ]);
  });

  it('is about the result that the job waits for: the same bytes from elsewhere ask nothing (X08)', async () => {
    const jobId = newUlid();
    const where = { pool: 'mcp', topic: `job.${TAIL}` };
    await service.hold(theQuarantine(jobId, 'mcp-bridge.read.other'));
    await service.hear(theEvent(jobId, JobState.Quarantined, 1, where));
    expect(await service.stateOf(jobId)).toBeUndefined();
    await service.hold(theQuarantine(jobId));
    expect(await service.stateOf(jobId)).toBe('PENDING');
  });
});
