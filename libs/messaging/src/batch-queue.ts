/** How a queue forms its batches. */
export interface BatchQueueOptions {
  readonly maxBatch: number;
  readonly lingerMs: number;
}

/** Most items of one batch when nothing else is asked for. */
export const DEFAULT_MAX_BATCH = 256;

/** Gathers items while the previous batch is worked on: load makes batches grow, quiet makes them small and prompt. */
export class BatchQueue<T> {
  private items: T[] = [];
  private running: Promise<void> | undefined;
  private stopped = false;
  private wake: (() => void) | undefined;

  /** `work` must not reject: it owns every failure of its batch. */
  constructor(
    private readonly options: BatchQueueOptions,
    private readonly work: (batch: readonly T[]) => Promise<void>,
  ) {}

  /** Items that wait for their batch. */
  get waiting(): readonly T[] {
    return this.items;
  }

  push(item: T): void {
    this.items.push(item);
    if (this.items.length >= this.options.maxBatch) this.wake?.();
    if (!this.stopped) this.running ??= this.run();
  }

  /** Starts no further batch and waits for the one in hand. What comes later only waits to be taken back. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
  }

  /** Removes and answers what was never worked on. */
  takeRest(): T[] {
    return this.items.splice(0);
  }

  private async run(): Promise<void> {
    // One turn of the event loop's microtasks lets everything of the same network read into the first batch.
    await Promise.resolve();
    while (this.items.length > 0 && !this.stopped) {
      if (this.options.lingerMs > 0 && this.items.length < this.options.maxBatch) await this.linger();
      if (this.stopped) break;
      await this.work(this.items.splice(0, this.options.maxBatch));
    }
    this.running = undefined;
  }

  private linger(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.options.lingerMs);
      this.wake = done;
    });
  }
}
