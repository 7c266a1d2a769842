import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GUARD_MS, POLICIES } from './guard.js';
import { decide } from '../decide/decide.js';
import { drawFrom } from './draw-from.js';
import { oneOf, someOf, type Draw } from './draw.js';
import { snapshotOf } from './load-files.js';
import { loosened } from './looseness.js';
import { randomPolicy, randomRule, withinScope, type RawFile, type RawRule } from './random-policy.js';
import { randomRequest } from './random-request.js';
import { TENANTS } from './words.js';

const SMALL = { rules: 4, conditions: 25 };
const REQUESTS = 8;

/** The first request for which the second policy permits what the first does not. */
function looserRequest(draw: Draw, before: readonly RawFile[], after: readonly RawFile[]): unknown {
  const [first, second] = [snapshotOf(before), snapshotOf(after)];
  for (let count = 0; count < REQUESTS; count++) {
    const request = randomRequest(draw);
    const decision = decide(first, request);
    const why = loosened(decision, decide(second, request));
    if (why !== undefined) return { why, was: decision.reasonCode, request };
  }
  return undefined;
}

/** Random policies, what becomes of each, and a request for which that permits more. */
function never(
  change: (draw: Draw, files: readonly RawFile[]) => readonly RawFile[],
  shape: (draw: Draw, files: RawFile[]) => RawFile[] = (_draw, files) => files,
): void {
  fc.assert(
    fc.property(fc.gen(), (gen) => {
      const draw = drawFrom(gen);
      const files = shape(draw, randomPolicy(draw, SMALL));
      expect(looserRequest(draw, files, change(draw, files))).toBeUndefined();
    }),
    { numRuns: POLICIES, endOnFailure: true },
  );
}

const withRule = (files: readonly RawFile[], at: number, rule: RawRule): RawFile[] =>
  files.map((file, index) => (index === at ? { ...file, rules: [...file.rules, rule] } : file));
const ACME = { tenants: ['acme'] } as const;
/** A scope of a kind that no generated file has, since a scope states its default once. */
const anotherScope = (draw: Draw) => ({ tenants: [...someOf(draw, TENANTS), 'delta'] });

describe('a policy is never loosened', { timeout: GUARD_MS }, () => {
  it('by another deny, in whichever file', () => {
    never((draw, files) => {
      const at = draw(files.length);
      const deny = randomRule(draw, 'another', 25, 'deny');
      return withRule(files, at, withinScope(deny, files[at]?.scope ?? {}));
    });
  });

  it('by another file with a scope, whatever is in it', () => {
    never((draw, files) => {
      const scope = anotherScope(draw);
      const rules = [randomRule(draw, 'another', 25), randomRule(draw, 'one-more', 25)];
      return [
        ...files,
        {
          version: 'v1',
          scope,
          default: oneOf(draw, ['inherit', 'deny']),
          rules: rules.map((rule) => withinScope(rule, scope)),
        },
      ];
    });
  });

  it('by any rule in a file with a scope that is no list of what is allowed', () => {
    never(
      (draw, files) => withRule(files, 1, withinScope(randomRule(draw, 'another', 25), ACME)),
      (draw, [wide]) => [
        ...(wide ? [wide] : []),
        { version: 'v1', scope: ACME, rules: [withinScope(randomRule(draw, 'lone', 25), ACME)] },
      ],
    );
  });

  it('by any rule outside scopes, for a job that some rule speaks of already', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const files = randomPolicy(draw, SMALL);
        const more = withRule(files, 0, randomRule(draw, 'another', 25));
        const looser = looserRequest(draw, files, more);
        if (looser !== undefined) expect(looser).toMatchObject({ was: 'no_match' });
      }),
      { numRuns: POLICIES, endOnFailure: true },
    );
  });
});
