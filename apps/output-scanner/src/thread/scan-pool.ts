import { availableParallelism } from 'node:os';
import { VerdictReason } from '@countersign/contracts';
import { NotYet } from '../examine/not-yet.js';
import { scanFailed, type ScanOutcome, type ScanTask } from '../examine/scan-outcome.js';
import { Lanes } from './lanes.js';
import { SCAN_BUDGET } from './scan-budget.js';
import { ScanWorker, type ThreadOptions } from './scan-worker.js';

/** How many threads scan, and what may wait for them. */
export interface ScanPoolOptions extends ThreadOptions {
  readonly threads: number;
  /** Results of one worker pool that may wait. */
  readonly lane: number;
}

/** One CPU is left to the event loop. */
export const usualThreads = (): number => Math.max(1, availableParallelism() - 1);

/** Run from its sources, as tests do, the built file is taken: a thread needs JavaScript. */
export const SCAN_THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/thread/scan-thread.js' : './scan-thread.js',
  import.meta.url,
);

export const usualPool = (): ScanPoolOptions => ({
  script: SCAN_THREAD,
  budget: SCAN_BUDGET,
  memoryMiB: 256,
  threads: usualThreads(),
  lane: 64,
});

/** Threads that end before they could scan anything, one after the other, until what waits for them is given up. */
const MOST_FAILED_STARTS = 3;

/** Why a scan did not end in a closed pool: nothing is known about the result, and another process will scan it. */
export class PoolClosed extends NotYet {}

interface Waiting {
  readonly task: ScanTask;
  readonly resolve: (outcome: ScanOutcome) => void;
  readonly reject: (error: PoolClosed) => void;
}

/** Threads that scan results, so that none holds up the event loop, and none the others. */
export class ScanPool {
  private readonly workers = new Set<ScanWorker>();
  private readonly idle: ScanWorker[] = [];
  private readonly waiting: Lanes<Waiting>;
  private failedStarts = 0;
  private busy = 0;
  private closed = false;

  constructor(private readonly options: ScanPoolOptions) {
    this.waiting = new Lanes(options.lane);
  }

  /** Results that wait for a thread, or that one is at. */
  get pending(): number {
    return this.busy + this.waiting.size;
  }

  /**
   * Scans a result in a thread. Undefined when too many of its lane wait already: it is to come again later. Rejects
   * with {@link PoolClosed} alone.
   */
  scan(task: ScanTask): Promise<ScanOutcome> | undefined {
    if (this.closed) return Promise.reject(new PoolClosed('the scanner stops'));
    let taken = false;
    const outcome = new Promise<ScanOutcome>((resolve, reject) => {
      taken = this.waiting.push(task.lane, { task, resolve, reject });
    });
    if (!taken) return undefined;
    this.assign();
    return outcome;
  }

  /** Ends all threads. What was not scanned is not judged either. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.waiting.drain()) reject(new PoolClosed('the scanner stops'));
    await Promise.all([...this.workers].map((worker) => worker.close()));
  }

  private assign(): void {
    while (this.waiting.size > 0 && this.idle.length > 0) {
      const worker = this.idle.pop();
      const next = this.waiting.shift();
      if (worker !== undefined && next !== undefined) this.give(worker, next);
    }
    const wanted = Math.min(this.options.threads, this.busy + this.waiting.size);
    while (!this.closed && this.workers.size < wanted) this.start();
  }

  private give(worker: ScanWorker, { task, resolve, reject }: Waiting): void {
    this.busy++;
    void worker.scan(task).then((outcome) => {
      this.busy--;
      if (this.closed) reject(new PoolClosed('the scanner stops'));
      else resolve(outcome);
    });
  }

  private start(): void {
    this.workers.add(
      new ScanWorker(
        this.options,
        (worker) => {
          this.failedStarts = 0;
          this.idle.push(worker);
          this.assign();
        },
        (worker, wasReady) => {
          this.workers.delete(worker);
          const at = this.idle.indexOf(worker);
          if (at >= 0) this.idle.splice(at, 1);
          if (!wasReady && ++this.failedStarts >= MOST_FAILED_STARTS) this.giveUp();
          this.assign();
        },
      ),
    );
  }

  /** No thread starts: nothing can be scanned, so nothing may leave. */
  private giveUp(): void {
    this.failedStarts = 0;
    for (const { resolve } of this.waiting.drain())
      resolve(scanFailed(VerdictReason.ScannerError, 'no thread starts'));
  }
}
