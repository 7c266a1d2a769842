import { setTimeout as delay } from 'node:timers/promises';
import { JobState, Service } from '@countersign/contracts';
import { expect, vi } from 'vitest';
import { launchService } from '../../flow/support/launch.js';
import type { FaultRun } from '../support/fault-run.js';

/** How long the worker's job takes: longer than it takes to see that it runs. In milliseconds. */
const HOLD_MS = 10_000;
const PATIENTLY = { timeout: 20_000, interval: 50 };

/** Ends the lease of a running job, and waits until a scheduler has seen that. */
async function loseLease({ platform }: FaultRun, jobId: string): Promise<void> {
  await platform.database.query(
    `UPDATE scheduler.attempts SET lease_expires_at = now() WHERE state = 'RUNNING' AND job_id = $1`,
    [jobId],
  );
  await vi.waitFor(async () => expect(await stateOf(platform, jobId)).toBe(JobState.TimedOut), PATIENTLY);
}

async function stateOf({ database }: FaultRun['platform'], jobId: string): Promise<JobState | undefined> {
  const text = 'SELECT state FROM scheduler.jobs WHERE job_id = $1';
  const { rows } = await database.query<{ state: JobState }>(text, [jobId]);
  return rows[0]?.state;
}

/** Both read the same durables. What the stopped one had in hand goes to the other, and is known when it wakes. */
export async function pauseOneOfTwoSchedulers(run: FaultRun): Promise<void> {
  const { platform, load } = run;
  const env = { ...process.env, ...platform.servers.env };
  const second = await launchService(Service.Scheduler, env, (line) => void platform.lines.push(line));
  try {
    const running = await load.submit('run', { hold_ms: 60_000 });
    await platform.api.reaches(running, JobState.Running);
    const sending = load.mix(20);
    platform.signal(Service.Scheduler, 'SIGSTOP');
    await loseLease(run, running);
    platform.signal(Service.Scheduler, 'SIGCONT');
    await sending;
    await load.ended();
  } finally {
    platform.signal(Service.Scheduler, 'SIGCONT');
    await second.stop();
  }
}

/** A worker wakes up with a job in hand that has ended without it: whatever it says of it, the job's end stays. */
export async function pauseWorker(run: FaultRun): Promise<void> {
  const { platform, load, tap, worker } = run;
  const held = await load.submit('run', { hold_ms: HOLD_MS });
  await platform.api.reaches(held, JobState.Running);
  worker.signal('SIGSTOP');
  try {
    await loseLease(run, held);
    // When it wakes, its work is due at once: it has a result before anybody tells it that it lost its lease.
    await delay(HOLD_MS);
  } finally {
    worker.signal('SIGCONT');
  }
  await load.ended();
  await tap.quiet();
  expect(await stateOf(platform, held)).toBe(JobState.TimedOut);
}
