import { EventType, poolUser, Subjects, type Constraints, type Result } from '@countersign/contracts';
import { canonicalJson, newUlid, sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { expect } from 'vitest';
import type { TestPlatform } from '../../flow/support/platform.js';

const POOL = 'example';

/** Returns a success for a job's latest attempt, under the lease that its worker was given. */
export async function sendResult({ database, servers }: TestPlatform, jobId: string): Promise<void> {
  const { rows } = await database.query<{
    attempt: number;
    run_id: string;
    lease_id: string;
    epoch: number;
    constraints: Constraints;
  }>(
    `SELECT a.attempt, a.run_id, a.lease_id, a.epoch, j.constraints
       FROM scheduler.attempts a JOIN scheduler.jobs j ON j.job_id = a.job_id AND j.attempt = a.attempt
      WHERE a.job_id = $1`,
    [jobId],
  );
  const [held] = rows;
  if (!held) throw new Error(`${jobId} has no attempt`);
  const now = new Date().toISOString();
  const result: Result = {
    job_id: jobId,
    attempt: held.attempt,
    run_id: held.run_id,
    lease: { id: held.lease_id, epoch: held.epoch },
    status: 'succeeded',
    output: { late: true },
    error: null,
    constraints_digest: sha256Digest(canonicalJson(held.constraints)),
    usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    started_at: now,
    finished_at: now,
    effects: [],
  };
  const user = poolUser(POOL);
  const bus = await Bus.connect({
    servers: servers.natsUrl,
    user,
    seed: await servers.keys.seedOf(user),
    apiPrefix: 'CORE.API',
  });
  const outcomes = await bus.publish([
    {
      subject: Subjects.result.address({ pool: POOL, tail: 'example.run' }),
      id: newUlid(),
      type: EventType.Result,
      source: 'late-worker',
      time: now,
      jobId,
      body: JSON.stringify(result),
    },
  ]);
  await bus.close();
  expect(outcomes).toEqual(['stored']);
}
