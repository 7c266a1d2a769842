import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { RunningJob } from './support/running-job.js';
import { aKey, POOL, TAIL } from './support/scanner-bench.js';

/** Large enough for a thread. */
const LARGE = ' x'.repeat(50_000);

let servers: TestServers;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers?.stop());

async function withJob(look: (job: RunningJob) => Promise<void>): Promise<void> {
  const job = await RunningJob.start(servers, TAIL);
  try {
    await look(job);
  } finally {
    await job.stop();
  }
}

describe('a running scanner', () => {
  it('takes a secret out of a large result in a thread of its own, after asking the policy (O1, O5)', () =>
    withJob(async (job) => {
      const secret = aKey();
      await job.send({ output: { text: `${secret}${LARGE}` } });
      await job.reaches('COMPLETED');
      const output = await job.output();
      expect(output).toContain('[REDACTED:');
      expect(output).not.toContain(secret);
    }));

  it('keeps a result back, and the job says why and for which result it waits (O2, O4)', () =>
    withJob(async (job) => {
      await job.send({ output: { [aKey()]: LARGE } });
      await job.reaches('QUARANTINED');
      expect(await job.reason()).toBe('findings');
      expect(await job.quarantineEvent()).toMatchObject({ pool: POOL, topic: `job.${TAIL}` });
    }));
});
