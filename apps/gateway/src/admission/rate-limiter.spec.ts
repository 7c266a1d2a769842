import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

const FIVE_A_MINUTE = { burst: 1, intervalMs: 12_000 };
const HUNDRED_A_MINUTE = { burst: 20, intervalMs: 600 };

function limiterAt(maxBuckets?: number) {
  const clock = { ms: 0 };
  return { clock, limiter: new RateLimiter(() => clock.ms, maxBuckets) };
}

describe('a rate limit', () => {
  it('lets a burst through at once and then as many as are refilled', () => {
    const { clock, limiter } = limiterAt();
    const spend = () => limiter.spend('a', HUNDRED_A_MINUTE).isAllowed;
    expect(Array.from({ length: 25 }, spend).filter(Boolean)).toHaveLength(20);
    clock.ms += 599;
    expect(spend()).toBe(false);
    clock.ms += 1;
    expect([spend(), spend()]).toEqual([true, false]);
  });

  it('lets no more through in an hour than its rate and one burst', () => {
    const { clock, limiter } = limiterAt();
    let allowed = 0;
    for (; clock.ms < 3_600_000; clock.ms += 1_000)
      if (limiter.spend('a', FIVE_A_MINUTE).isAllowed) allowed += 1;
    expect(allowed).toBeLessThanOrEqual(301);
    expect(allowed).toBeGreaterThan(270);
  });

  it('says how many are left, and when to come again', () => {
    const { clock, limiter } = limiterAt();
    expect(limiter.spend('a', HUNDRED_A_MINUTE)).toEqual({
      isAllowed: true,
      remaining: 19,
      resetSec: 1,
      retryAfterSec: 0,
    });
    expect(limiter.spend('b', FIVE_A_MINUTE)).toMatchObject({ isAllowed: true, remaining: 0, resetSec: 12 });
    clock.ms += 2_000;
    const refused = limiter.spend('b', FIVE_A_MINUTE);
    expect(refused).toEqual({ isAllowed: false, remaining: 0, resetSec: 10, retryAfterSec: 10 });
    clock.ms += refused.retryAfterSec * 1_000;
    expect(limiter.spend('b', FIVE_A_MINUTE).isAllowed).toBe(true);
  });

  it('is a bucket of its own for each name', () => {
    const { limiter } = limiterAt();
    expect(['a', 'b', 'a', 'b'].map((name) => limiter.spend(name, FIVE_A_MINUTE).isAllowed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is not refilled by being tried', () => {
    const { clock, limiter } = limiterAt();
    limiter.spend('a', FIVE_A_MINUTE);
    for (let i = 0; i < 11; i++) {
      clock.ms += 1_000;
      expect(limiter.spend('a', FIVE_A_MINUTE).isAllowed).toBe(false);
    }
    clock.ms += 1_000;
    expect(limiter.spend('a', FIVE_A_MINUTE).isAllowed).toBe(true);
  });

  it('forgets the bucket that was not used for longest when there are too many', () => {
    const { limiter } = limiterAt(2);
    for (const name of ['a', 'b', 'a', 'c']) limiter.spend(name, FIVE_A_MINUTE);
    expect(limiter.spend('a', FIVE_A_MINUTE).isAllowed).toBe(false);
    expect(limiter.spend('b', FIVE_A_MINUTE).isAllowed).toBe(true);
  });
});
