import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Subjects, poolConsumer, poolUser } from '@countersign/contracts';
import { Bus, type Stoppable } from '@countersign/messaging';
import { BlobUploader } from './blob-upload.js';
import { messageOf } from './message-of.js';
import { ResultJournal } from './result-journal.js';
import { Worker } from './worker.js';
import { silentLog, systemClock, type WorkerBus, type WorkerOptions } from './worker-types.js';

/** Runs at once when nothing else is said. */
const DEFAULT_CONCURRENCY = 16;
/** How long runs may go on after `stop()` when nothing else is said, in milliseconds. */
const DEFAULT_STOP_GRACE_MS = 5_000;
/** How long aborted handlers may take at a stop, in milliseconds. */
const ABORT_WAIT_MS = 1_500;
/** How long the last results may take to be published and recorded at a stop, in milliseconds. */
const FLUSH_WAIT_MS = 2_000;
/** How often limits, leases and sendings are looked at, in milliseconds. */
const TICK_MS = 100;
/** Most offers in one batch: what one claim request carries. */
const MAX_BATCH = 256;

/** Connects a worker of a pool and runs it until it is stopped. */
export async function runWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const bus = await Bus.connect({
    servers: options.servers,
    user: poolUser(options.pool),
    seed: options.seed,
    name: options.workerId,
    apiPrefix: 'CORE.API',
    ...(options.log ? { log: options.log } : {}),
  });
  try {
    return await runWorkerOn(bus, options);
  } catch (error) {
    await bus.close();
    throw error;
  }
}

/** Runs a worker on a bus that is connected already. `stop()` closes it. */
export async function runWorkerOn(
  bus: WorkerBus,
  options: Omit<WorkerOptions, 'servers' | 'seed'>,
): Promise<{ stop(): Promise<void> }> {
  const { pool, workerId, handle, log = silentLog, concurrency = DEFAULT_CONCURRENCY } = options;
  const stateDir = join(options.stateDir, `${pool}-${encodeURIComponent(workerId)}`);
  const runsDir = join(stateDir, 'runs');
  await mkdir(runsDir, { recursive: true, mode: 0o700 });
  const { journal, leftover } = await ResultJournal.open(stateDir, log);
  const { gatewayUrl } = options;
  const uploader = gatewayUrl === undefined ? {} : { uploader: new BlobUploader(gatewayUrl, log) };
  const settings = { pool, workerId, concurrency, runsDir, handle, log, ...uploader };
  const worker = new Worker(bus, journal, settings, systemClock);
  worker.resume(leftover);
  const control = bus.subscribe(Subjects.controlStop.address({ pool }), (data) => worker.stopRun(data));
  const ticking = setInterval(() => worker.tick(), TICK_MS);
  const dispose = async () => {
    clearInterval(ticking);
    control.stop();
    await journal.close();
  };
  let offers: Stoppable;
  try {
    offers = await bus.consume(poolConsumer(pool), (batch) => worker.offers(batch), {
      maxBatch: Math.min(MAX_BATCH, concurrency),
      // One batch is claimed while the next arrives; more would be held back from the other workers of the pool.
      maxInFlight: 2 * Math.min(MAX_BATCH, concurrency),
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    worker.takeNoMore();
    await offers.stop();
    if (!(await within(options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS, worker.runsDone()))) {
      worker.abortAll();
      if (!(await within(ABORT_WAIT_MS, worker.runsDone()))) worker.giveUpAll();
    }
    if (!(await within(FLUSH_WAIT_MS, worker.flush())))
      log.warn('the stop did not wait for every result to be recorded; a restart sends them again');
    await dispose();
    await bus
      .flush()
      .catch((error: unknown) =>
        log.warn('the connection could not be flushed at the stop', { error: messageOf(error) }),
      );
    await bus.close();
  };
  return { stop: () => (stopped ??= stop()) };
}

/** Whether a promise resolved within a time. */
async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
