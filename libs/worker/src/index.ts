export type { BlobSource } from './blob-upload.js';
export { runWorker, runWorkerOn } from './run-worker.js';
export {
  AbortReason,
  type Effect,
  type JobHandler,
  type RunContext,
  type WorkerBus,
  type WorkerOptions,
  type WorkResult,
} from './worker-types.js';
