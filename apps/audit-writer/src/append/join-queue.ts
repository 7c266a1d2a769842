interface Group<T> {
  readonly items: readonly T[];
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** How {@link JoinQueue} forms its runs. */
export interface JoinOptions {
  /** Most items of one run, except that one group is never split. */
  readonly maxItems: number;
  /** How many items are not worth waiting for more. */
  readonly enough: number;
  /** How long a group waits for company, in milliseconds. */
  readonly lingerMs: number;
}

/**
 * Runs one thing at a time, on all groups that have arrived meanwhile: a group waits at most for the run before it, or
 * for its linger when that is over sooner. Every group of a failed run fails.
 */
export class JoinQueue<T> {
  private readonly waiting: Group<T>[] = [];
  private waitingItems = 0;
  private running = false;
  private endLinger: (() => void) | undefined;

  constructor(
    private readonly run: (items: readonly T[]) => Promise<void>,
    private readonly options: JoinOptions,
  ) {}

  /** Resolves when the items have been run, rejects with what their run threw. */
  add(items: readonly T[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, since: performance.now(), resolve, reject });
      this.waitingItems += items.length;
      if (this.waitingItems >= this.options.enough) this.endLinger?.();
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    for (let oldest = this.waiting[0]; oldest; oldest = this.waiting[0]) {
      const restMs = oldest.since + this.options.lingerMs - performance.now();
      if (restMs > 0 && this.waitingItems < this.options.enough) await this.linger(restMs);
      const groups = this.take();
      try {
        await this.run(groups.flatMap((group) => group.items));
        for (const group of groups) group.resolve();
      } catch (error) {
        for (const group of groups) group.reject(error);
      }
    }
    this.running = false;
  }

  private async linger(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endLinger = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endLinger = undefined;
  }

  private take(): Group<T>[] {
    let count = 0;
    let size = 0;
    for (const group of this.waiting) {
      if (count > 0 && size + group.items.length > this.options.maxItems) break;
      size += group.items.length;
      count++;
    }
    this.waitingItems -= size;
    return this.waiting.splice(0, count);
  }
}
