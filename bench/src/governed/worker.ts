import { runWorker } from '@countersign/worker';
import { WORKER_ID } from '../ablation/edits.js';
import { answerOf, POOL } from '../load/job-body.js';
import { partReady, settingsOf, terminalLog } from '../parts/part-process.js';

/** What the bench worker is started with. */
export interface WorkerSettings {
  readonly servers: string;
  readonly seed: string;
  readonly stateDir: string;
}

/** Runs at once: as many as one claim may carry, twice, so that the next claim is on its way. */
const CONCURRENCY = 512;

const settings = settingsOf<WorkerSettings>();
const worker = await runWorker({
  ...settings,
  pool: POOL,
  workerId: WORKER_ID,
  concurrency: CONCURRENCY,
  handle: (job) => Promise.resolve({ status: 'succeeded', output: answerOf(job.params) }),
  log: terminalLog,
});
partReady(() => worker.stop());
