import { Worker } from 'node:worker_threads';
import { VerdictReason } from '@countersign/contracts';
import { scanFailed, type ScanOutcome, type ScanTask } from '../examine/scan-outcome.js';
import { cpuBudgetMs, judgeTime, type ScanBudget } from './scan-budget.js';
import type { ThreadReply, ThreadRequest } from './thread-messages.js';
import { threadCpuMs } from './thread-time.js';

/** What a thread runs, and within which bounds. */
export interface ThreadOptions {
  readonly script: URL;
  readonly budget: ScanBudget;
  /** Most memory of the thread's objects, in MiB. More ends it. */
  readonly memoryMiB: number;
}

interface Running {
  readonly budgetMs: number;
  readonly startedAt: number;
  readonly cpuAtStart: number | undefined;
  readonly end: (outcome: ScanOutcome) => void;
  timer: NodeJS.Timeout;
}

const YOUNG_MIB = 32;
const STACK_MIB = 4;

/** One thread that scans one result after the other. When a scan goes wrong the thread is ended, and not used again. */
export class ScanWorker {
  private readonly thread: Worker;
  private tid: string | null = null;
  private running: Running | undefined;
  private isReady = false;
  private ended = false;

  /**
   * @param ready called when the thread can take a result, and again after each
   * @param gone called when it has ended; `wasReady` tells whether it could ever take one
   */
  constructor(
    private readonly options: ThreadOptions,
    private readonly ready: (worker: ScanWorker) => void,
    private readonly gone: (worker: ScanWorker, wasReady: boolean) => void,
  ) {
    this.thread = new Worker(options.script, {
      // Neither the options nor the environment of this process: there is nothing in them that a scan needs.
      execArgv: [],
      env: {},
      // What the thread might print could quote a result.
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: options.memoryMiB,
        maxYoungGenerationSizeMb: YOUNG_MIB,
        stackSizeMb: STACK_MIB,
      },
    });
    this.thread.stdout.resume();
    this.thread.stderr.resume();
    this.thread.unref();
    this.thread.on('message', (message: ThreadReply) => this.heard(message));
    this.thread.on('error', (error: Error & { code?: string }) =>
      this.end(VerdictReason.ScannerError, error.code ?? error.name),
    );
    this.thread.on('exit', (code) => this.end(VerdictReason.ScannerError, `exit ${code}`));
  }

  /** Scans a result. Only one at a time, and only once ready. */
  scan({ text, bytes, options }: ScanTask): Promise<ScanOutcome> {
    return new Promise((resolve) => {
      const budgetMs = cpuBudgetMs(bytes, this.options.budget);
      this.running = {
        budgetMs,
        startedAt: performance.now(),
        cpuAtStart: threadCpuMs(this.tid),
        end: resolve,
        timer: setTimeout(() => this.look(), budgetMs),
      };
      const request: ThreadRequest = { text, options };
      this.thread.postMessage(request);
    });
  }

  /** Ends the thread; a scan that it is at ends as failed. */
  async close(): Promise<void> {
    this.end(VerdictReason.ScannerError, 'closed');
    await this.thread.terminate();
  }

  private heard(message: ThreadReply): void {
    if (this.ended) return;
    if (message.kind === 'ready') {
      this.tid = message.tid;
      this.isReady = true;
      this.ready(this);
      return;
    }
    const outcome: ScanOutcome =
      message.kind === 'examined'
        ? { ok: true, examined: message.examined }
        : scanFailed(VerdictReason.ScannerError, message.error);
    this.finish(outcome);
    this.ready(this);
  }

  private look(): void {
    const { running } = this;
    if (running === undefined) return;
    const cpu = threadCpuMs(this.tid);
    const used = cpu === undefined || running.cpuAtStart === undefined ? undefined : cpu - running.cpuAtStart;
    const judged = judgeTime(running.budgetMs, performance.now() - running.startedAt, used);
    if (judged.over) this.end(VerdictReason.ScannerTimeout, `more than ${running.budgetMs} ms`);
    else running.timer = setTimeout(() => this.look(), judged.againInMs);
  }

  private finish(outcome: ScanOutcome): void {
    const { running } = this;
    if (running === undefined) return;
    this.running = undefined;
    clearTimeout(running.timer);
    running.end(outcome);
  }

  private end(...failure: Parameters<typeof scanFailed>): void {
    if (this.ended) return;
    this.ended = true;
    this.finish(scanFailed(...failure));
    void this.thread.terminate();
    this.gone(this, this.isReady);
  }
}
