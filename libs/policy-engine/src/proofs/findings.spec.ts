import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTPUT_ACTIONS, type OutputAction } from '@countersign/contracts';
import { decide } from '../decide/decide.js';
import { loadPolicy } from '../load/load-policy.js';
import { decideOutput, type OutputPlace } from '../output/decide-output.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { printPolicy } from '../print/print-policy.js';
import { judgeOutput } from '../reference/judge-findings.js';
import { drawFrom } from './draw-from.js';
import { oneOf, shuffled, type Draw } from './draw.js';
import { GUARD_MS, POLICIES } from './guard.js';
import { snapshotOf } from './load-files.js';
import { loosened } from './looseness.js';
import { randomFinding, randomFindingRule, type RawFindingRule } from './random-findings.js';
import { randomPolicy, sourcesOf, type RawFile } from './random-policy.js';
import { randomRequest } from './random-request.js';
import { PRODUCERS } from './words.js';

const SMALL = { rules: 3, conditions: 0 };
const FINDINGS = 12;
const ACME = { tenants: ['acme'] } as const;

function randomPlace(draw: Draw): OutputPlace {
  const { topic, tenantId, agentId } = randomRequest(draw);
  return { topic, tenantId, agentId, destination: oneOf(draw, PRODUCERS) };
}

const isLooser = (before: OutputAction, after: OutputAction) =>
  OUTPUT_ACTIONS.indexOf(after) < OUTPUT_ACTIONS.indexOf(before);

const withRule = (file: RawFile, rule: RawFindingRule): RawFile => ({
  ...file,
  output: { ...file.output, rules: [...(file.output?.rules ?? []), rule] },
});

/** Compares two policies on random findings. */
function compared(
  draw: Draw,
  before: PolicySnapshot,
  after: PolicySnapshot,
  compare: (one: OutputAction, other: OutputAction) => boolean,
): void {
  for (let count = 0; count < FINDINGS; count++) {
    const [place, found] = [randomPlace(draw), randomFinding(draw)];
    const [one, other] = [decideOutput(before, place)(found), decideOutput(after, place)(found)];
    expect({ place, found, fits: compare(one.action, other.action) }).toMatchObject({ fits: true });
  }
}

const always = (check: (draw: Draw, files: RawFile[]) => void) =>
  fc.assert(
    fc.property(fc.gen(), (gen) => {
      const draw = drawFrom(gen);
      check(draw, randomPolicy(draw, SMALL));
    }),
    { numRuns: POLICIES, endOnFailure: true },
  );

describe('what becomes of findings in outputs (O1)', { timeout: GUARD_MS }, () => {
  it('is what the language says, word for word', () => {
    always((draw, files) => {
      const snapshot = snapshotOf(files);
      for (let count = 0; count < FINDINGS; count++) {
        const [place, found] = [randomPlace(draw), randomFinding(draw)];
        const { ruleIds: _, ...engine } = decideOutput(snapshot, place)(found);
        expect({ place, found, ...engine }).toEqual({ place, found, ...judgeOutput(snapshot, place, found) });
      }
    });
  });

  it('is never loosened by another rule that quarantines', () => {
    always((draw, files) => {
      const [wide, ...scoped] = files as [RawFile, ...RawFile[]];
      const rule = randomFindingRule(draw, 'another', 'output', undefined, 'quarantine');
      const more = snapshotOf([withRule(wide, rule), ...scoped]);
      compared(draw, snapshotOf(files), more, (one, other) => !isLooser(one, other));
    });
  });

  it('is never loosened by any rule in a file with a scope', () => {
    always((draw, [wide]) => {
      if (!wide) return;
      const lone: RawFile = { version: 'v1', scope: ACME, rules: [] };
      const rule = randomFindingRule(draw, 'another', 'output', ACME);
      const { rules: _, ...scoped } = withRule(lone, rule);
      const before = snapshotOf([wide]);
      const after = snapshotOf([wide, scoped as RawFile]);
      compared(draw, before, after, (one, other) => !isLooser(one, other));
    });
  });

  it('does not hang on the order of rules and files, and neither does the digest (P11)', () => {
    always((draw, files) => {
      const mixed = files.map((file) => ({
        ...file,
        ...(file.output && { output: { ...file.output, rules: shuffled(draw, file.output.rules) } }),
        ...(file.input && { input: { rules: shuffled(draw, file.input.rules) } }),
      }));
      const loaded = loadPolicy(shuffled(draw, sourcesOf(mixed)));
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
      const snapshot = snapshotOf(files);
      expect(loaded.snapshot.hash).toBe(snapshot.hash);
      compared(draw, snapshot, loaded.snapshot, (one, other) => one === other);
    });
  });

  it('outlives printing: the same digest comes of what is printed', () => {
    always((_draw, files) => {
      const snapshot = snapshotOf(files);
      const again = loadPolicy(printPolicy(snapshot));
      expect(again.ok ? again.snapshot.hash : again.errors).toBe(snapshot.hash);
    });
  });
});

describe('what a job was given (O6)', { timeout: GUARD_MS }, () => {
  it('only ever tightens, whatever rule is added', () => {
    always((draw, [wide]) => {
      if (!wide) return;
      const rule = randomFindingRule(draw, 'another', 'input');
      const before = snapshotOf([wide]);
      const after = snapshotOf([{ ...wide, input: { rules: [...(wide.input?.rules ?? []), rule] } }]);
      for (let count = 0; count < FINDINGS; count++) {
        const request = randomRequest(draw);
        expect(loosened(decide(before, request), decide(after, request))).toBeUndefined();
      }
    });
  });

  it('is denied where it was not looked at and a rule wants to know', () => {
    always((draw, [wide]) => {
      if (!wide) return;
      const rule = { id: 'any', action: 'redact', match: { topics: ['job.>'] } };
      const snapshot = snapshotOf([{ ...wide, input: { rules: [rule] } }]);
      const { input: _, ...request } = randomRequest(draw);
      expect(decide(snapshot, request).type).toBe('DENY');
    });
  });
});
