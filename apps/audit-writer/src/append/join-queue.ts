interface Group<T> {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs one thing at a time, on all groups that have arrived meanwhile: a group waits at most for the run before it.
 * Every group of a failed run fails.
 */
export class JoinQueue<T> {
  private readonly waiting: Group<T>[] = [];
  private running = false;

  /** `maxItems` bounds a run, except that one group is never split. */
  constructor(
    private readonly run: (items: readonly T[]) => Promise<void>,
    private readonly maxItems: number,
  ) {}

  /** Resolves when the items have been run, rejects with what their run threw. */
  add(items: readonly T[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    for (let groups = this.take(); groups.length > 0; groups = this.take()) {
      try {
        await this.run(groups.flatMap((group) => group.items));
        for (const group of groups) group.resolve();
      } catch (error) {
        for (const group of groups) group.reject(error);
      }
    }
    this.running = false;
  }

  private take(): Group<T>[] {
    let count = 0;
    let size = 0;
    for (const group of this.waiting) {
      if (count > 0 && size + group.items.length > this.maxItems) break;
      size += group.items.length;
      count++;
    }
    return this.waiting.splice(0, count);
  }
}
