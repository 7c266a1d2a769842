import { isTerminal, type JobState } from '@countersign/contracts';
import { expect, vi } from 'vitest';
import type { FaultRun } from './fault-run.js';

/** Longest time after a fault in which a job must run, in milliseconds. */
const AT_MOST_MS = 60_000;

/** How long it takes from now until a job that is sent now has run, in milliseconds: the time to recover. */
export async function timeToRun({ load, platform }: Pick<FaultRun, 'load' | 'platform'>): Promise<number> {
  const begun = performance.now();
  const jobId = await load.submit('run');
  await vi.waitFor(
    async () => {
      const { rows } = await platform.database.query<{ state: JobState }>(
        'SELECT state FROM scheduler.jobs WHERE job_id = $1',
        [jobId],
      );
      expect(rows.some(({ state }) => isTerminal(state))).toBe(true);
    },
    { timeout: AT_MOST_MS, interval: 20 },
  );
  return performance.now() - begun;
}
