/** Counts what runs at once, and lets one wait for room. Waiting ends by the worker's tick, not by timers. */
export class Slots {
  private taken = 0;
  private waiters: { readonly untilMs: number; readonly resolve: (free: boolean) => void }[] = [];

  constructor(private readonly size: number) {}

  get free(): number {
    return this.size - this.taken;
  }

  take(count: number): void {
    this.taken += count;
  }

  /** Gives slots back. Waiters go on after the event loop turned, so that slots freed together are seen together. */
  release(count = 1): void {
    this.taken -= count;
    if (this.waiters.length > 0) setImmediate(() => this.wake(() => this.free > 0, true));
  }

  /** True when a slot is free, false when none was until the given monotonic time. */
  waitForFree(untilMs: number): Promise<boolean> {
    if (this.free > 0) return Promise.resolve(true);
    return new Promise((resolve) => this.waiters.push({ untilMs, resolve }));
  }

  /** Ends the waits that are over at `nowMs`. */
  tick(nowMs: number): void {
    this.wake((w) => w.untilMs <= nowMs, false);
  }

  /** Ends all waits in vain. */
  close(): void {
    this.wake(() => true, false);
  }

  private wake(which: (waiter: { readonly untilMs: number }) => boolean, free: boolean): void {
    const woken = this.waiters.filter(which);
    if (woken.length === 0) return;
    this.waiters = this.waiters.filter((w) => !woken.includes(w));
    for (const waiter of woken) waiter.resolve(free);
  }
}
