/** When to stop asking somebody who does not answer, and when to ask again. */
export interface BreakerOptions {
  /** Failures in a row after which nobody is asked. */
  readonly failures: number;
  /** How long nobody is asked, in milliseconds; then one request finds out. */
  readonly restMs: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Keeps requests from waiting for somebody who is known not to answer. After so many failures in a row nobody is asked
 * for a while; then a single request tries, and its outcome decides for all. Holds no timers.
 */
export class CircuitBreaker {
  private failed = 0;
  private openedAtMs: number | undefined;
  private probeAtMs: number | undefined;

  constructor(private readonly options: BreakerOptions) {}

  /** Whether to ask. Whoever is told yes has to say how it went. */
  admits(): boolean {
    if (this.openedAtMs === undefined) return true;
    const now = this.now();
    // A probe that never reported back must not keep everybody out for ever.
    const since = Math.max(this.openedAtMs, this.probeAtMs ?? -Infinity);
    if (now - since < this.options.restMs) return false;
    this.probeAtMs = now;
    return true;
  }

  succeeded(): void {
    this.failed = 0;
    this.openedAtMs = undefined;
    this.probeAtMs = undefined;
  }

  didFail(): void {
    this.failed += 1;
    if (this.failed >= this.options.failures) this.openedAtMs = this.now();
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
