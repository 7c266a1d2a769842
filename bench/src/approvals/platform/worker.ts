import { runWorker } from '@countersign/worker';
import { nowMs, partReady, settingsOf, tell, terminalLog } from '../../parts/part-process.js';
import type { Held } from '../measure/held.js';
import { POOL } from './files.js';

/** What the worker is started with. */
export interface WorkerSettings {
  readonly servers: string;
  readonly seed: string;
  readonly stateDir: string;
}

const settings = settingsOf<WorkerSettings>();
// A handler is called when the lease is held and its warrant was found to be in order.
const worker = await runWorker({
  ...settings,
  pool: POOL,
  workerId: 'bench-1',
  concurrency: 64,
  handle: (job) => {
    tell({ kind: 'held', jobId: job.job_id, atMs: nowMs() } satisfies Held);
    return Promise.resolve({ status: 'succeeded', output: { done: true } });
  },
  log: terminalLog,
});
partReady(() => worker.stop());
