import type { RateLimit } from '../settings/route-limits.js';

/** What became of a request that wanted one of a limit's tokens. */
export interface Spent {
  readonly isAllowed: boolean;
  /** Requests that are left at once. */
  readonly remaining: number;
  /** Seconds until all of them are there again. */
  readonly resetSec: number;
  /** Seconds until there is one; 0 when there is. */
  readonly retryAfterSec: number;
}

/** Buckets that are remembered at most: some 10 MB. The one not used for longest goes first, and would be full soon. */
const MAX_BUCKETS = 50_000;

/**
 * Token buckets in memory: `burst` requests at once, refilled evenly. Each process counts for itself and forgets at its
 * end; limits that must hold exactly are a policy's.
 */
export class RateLimiter {
  /** When each bucket will be full again, in milliseconds. */
  private readonly fullAt = new Map<string, number>();

  /** `nowMs` is a clock that never goes back. */
  constructor(
    private readonly nowMs: () => number = () => performance.now(),
    private readonly maxBuckets = MAX_BUCKETS,
  ) {}

  /** Takes a token of the bucket with this name, if there is one. */
  spend(name: string, { burst, intervalMs }: RateLimit): Spent {
    const now = this.nowMs();
    const missing = Math.max(0, (this.fullAt.get(name) ?? now) - now);
    const room = burst * intervalMs;
    const isAllowed = missing + intervalMs <= room;
    const left = isAllowed ? missing + intervalMs : missing;
    // Taken out and put back, so that the map is in the order of last use.
    this.fullAt.delete(name);
    this.fullAt.set(name, now + left);
    if (this.fullAt.size > this.maxBuckets) this.forgetOldest();
    return {
      isAllowed,
      remaining: Math.floor((room - left) / intervalMs),
      resetSec: Math.ceil(left / 1000),
      retryAfterSec: isAllowed ? 0 : Math.ceil((left + intervalMs - room) / 1000),
    };
  }

  private forgetOldest(): void {
    const [oldest] = this.fullAt.keys();
    if (oldest !== undefined) this.fullAt.delete(oldest);
  }
}
