import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLedger } from './rate-ledger.js';
import type { ThrottleLimit } from './throttle-obligation.js';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const subject = { tenantId: 'default', agentId: 'a', action: 'write', topic: 'job.x.write' };
const aLimit = (over: Partial<ThrottleLimit> = {}): ThrottleLimit => ({
  rule_id: 'few',
  limit: 2,
  window_sec: 60,
  key: 'agent',
  burst: 2,
  ...over,
});
const bookNext = (ledger: RateLedger, limits: readonly ThrottleLimit[], who = subject) => {
  const atMs = ledger.firstFree(limits, who, NOON_MS);
  ledger.book(limits, who, atMs);
  return atMs - NOON_MS;
};

describe('a rate', () => {
  it('lets as many through as its limit and makes the others wait for later windows', () => {
    const ledger = new RateLedger();
    expect([1, 2, 3, 4, 5].map(() => bookNext(ledger, [aLimit()]))).toEqual([0, 0, 60_000, 60_000, 120_000]);
  });

  it('lets no more than its burst through at once', () => {
    const ledger = new RateLedger();
    const limit = aLimit({ limit: 4, burst: 1 });
    expect([1, 2, 3].map(() => bookNext(ledger, [limit]))).toEqual([0, 15_000, 30_000]);
  });

  it('counts each agent for itself', () => {
    const ledger = new RateLedger();
    const limits = [aLimit({ limit: 1, burst: 1 })];
    bookNext(ledger, limits);
    expect(bookNext(ledger, limits, { ...subject, agentId: 'b' })).toBe(0);
    expect(bookNext(ledger, limits, { ...subject, tenantId: 'other' })).toBe(0);
  });

  it('holds together with others: the slowest decides', () => {
    const ledger = new RateLedger();
    const limits = [aLimit(), aLimit({ rule_id: 'fewer', limit: 1, burst: 1, window_sec: 3600 })];
    expect([1, 2].map(() => bookNext(ledger, limits))).toEqual([0, 3_600_000]);
  });

  it('goes on from what is stored', () => {
    const first = new RateLedger();
    bookNext(first, [aLimit({ limit: 1, burst: 1 })]);
    expect(bookNext(new RateLedger(first.changes()), [aLimit({ limit: 1, burst: 1 })])).toBe(60_000);
  });

  it('never fills a window past its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (limit, burst) => {
        const ledger = new RateLedger();
        for (let i = 0; i < 30; i++) bookNext(ledger, [aLimit({ limit, burst })]);
        for (const { used } of ledger.changes()) expect(used).toBeLessThanOrEqual(Math.min(limit, burst));
      }),
    );
  });
});
