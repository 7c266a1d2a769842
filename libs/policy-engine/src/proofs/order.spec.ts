import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GUARD_MS, POLICIES } from './guard.js';
import { decide } from '../decide/decide.js';
import { loadPolicy } from '../load/load-policy.js';
import { drawFrom } from './draw-from.js';
import { shuffled } from './draw.js';
import { snapshotOf } from './load-files.js';
import { randomPolicy, sourcesOf } from './random-policy.js';
import { randomRequest } from './random-request.js';

describe('the order of a policy', { timeout: GUARD_MS }, () => {
  it('plays no part, neither of rules nor of files: same digest, same decisions (P11)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const files = randomPolicy(draw, { rules: 5, conditions: 25 });
        const mixed = files.map((file) => ({ ...file, rules: shuffled(draw, file.rules) }));
        const loaded = loadPolicy(shuffled(draw, sourcesOf(mixed)));
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
        const snapshot = snapshotOf(files);
        expect(loaded.snapshot.hash).toBe(snapshot.hash);
        for (let count = 0; count < 5; count++) {
          const request = randomRequest(draw);
          expect(decide(loaded.snapshot, request)).toEqual(decide(snapshot, request));
        }
      }),
      { numRuns: POLICIES, endOnFailure: true },
    );
  });

  it('of the parts of a request plays none either', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const snapshot = snapshotOf(randomPolicy(draw, { rules: 5, conditions: 25 }));
        const request = randomRequest(draw);
        const mixed = {
          ...request,
          riskTags: shuffled(draw, request.riskTags),
          capabilities: shuffled(draw, request.capabilities),
          labels: Object.fromEntries(shuffled(draw, Object.entries(request.labels))),
        };
        expect(decide(snapshot, mixed)).toEqual(decide(snapshot, request));
      }),
      { numRuns: POLICIES, endOnFailure: true },
    );
  });
});
