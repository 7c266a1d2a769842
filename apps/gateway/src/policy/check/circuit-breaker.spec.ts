import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

function aBreaker() {
  const clock = { ms: 0 };
  return { clock, breaker: new CircuitBreaker({ failures: 3, restMs: 100, now: () => clock.ms }) };
}
const fail = (breaker: CircuitBreaker, times: number) => {
  for (let i = 0; i < times; i += 1) breaker.didFail();
};

describe('a circuit breaker (P3)', () => {
  it('asks as long as not so many failures came in a row', () => {
    const { breaker } = aBreaker();
    fail(breaker, 2);
    breaker.succeeded();
    fail(breaker, 2);
    expect(breaker.admits()).toBe(true);
  });

  it('asks nobody for a while after that', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.ms = 99;
    expect(breaker.admits()).toBe(false);
  });

  it('then lets one request find out, and closes when it is answered', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.ms = 100;
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
  });

  it('stays open when that one is not answered either', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.ms = 100;
    breaker.admits();
    clock.ms = 150;
    breaker.didFail();
    clock.ms = 249;
    expect(breaker.admits()).toBe(false);
    clock.ms = 250;
    expect(breaker.admits()).toBe(true);
  });

  it('lets another try when the one that was let in never said how it went', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.ms = 100;
    breaker.admits();
    clock.ms = 200;
    expect(breaker.admits()).toBe(true);
  });

  it('never asks more than once a rest while nothing succeeds, whatever happens', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (waits) => {
        const { breaker, clock } = aBreaker();
        fail(breaker, 3);
        let askedAt = 0;
        for (const [wait, reports] of waits) {
          clock.ms += wait;
          if (!breaker.admits()) continue;
          expect(clock.ms - askedAt).toBeGreaterThanOrEqual(100);
          askedAt = clock.ms;
          if (reports) breaker.didFail();
        }
      }),
    );
  });
});
