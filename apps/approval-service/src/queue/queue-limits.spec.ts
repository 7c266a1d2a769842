import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewApproval } from '../approval/approval.js';
import { surplusOf } from './queue-limits.js';

const ask = (tenant_id: string, agent_id: string) => ({ tenant_id, agent_id }) as NewApproval;
const NOTHING = { ofTenant: new Map<string, number>(), ofAgent: new Map<string, number>() };

describe('surplusOf (H2, H17)', () => {
  it('refuses what one agent asks beyond its share, and nothing of another', () => {
    const flood = Array.from({ length: 5 }, () => ask('acme', 'loud'));
    const quiet = ask('acme', 'quiet');
    const surplus = surplusOf([...flood, quiet], NOTHING, { perTenant: 100, perAgent: 3 });
    expect([...surplus]).toEqual(flood.slice(3));
    expect(surplus.has(quiet)).toBe(false);
  });

  it('counts what waits already', () => {
    const open = { ofTenant: new Map([['acme', 2]]), ofAgent: new Map([['acme/a', 2]]) };
    const asked = [ask('acme', 'a'), ask('acme', 'b'), ask('other', 'a')];
    expect([...surplusOf(asked, open, { perTenant: 3, perAgent: 2 })]).toEqual([asked[0]]);
    expect([...surplusOf(asked, open, { perTenant: 2, perAgent: 9 })]).toEqual(asked.slice(0, 2));
  });

  it('never lets more wait than the limits say', () => {
    const asked = fc.array(
      fc.tuple(fc.constantFrom('t1', 't2'), fc.constantFrom('a', 'b', 'c')).map(([t, a]) => ask(t, a)),
      { maxLength: 40 },
    );
    const limit = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(asked, limit, limit, (all, perTenant, perAgent) => {
        const surplus = surplusOf(all, NOTHING, { perTenant, perAgent });
        const taken = all.filter((one) => !surplus.has(one));
        for (const tenant of ['t1', 't2']) {
          const own = taken.filter((one) => one.tenant_id === tenant);
          expect(own.length).toBeLessThanOrEqual(perTenant);
          for (const agent of ['a', 'b', 'c'])
            expect(own.filter((one) => one.agent_id === agent).length).toBeLessThanOrEqual(perAgent);
        }
      }),
    );
  });
});
