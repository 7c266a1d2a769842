import { isDeepStrictEqual } from 'node:util';
import { decide } from '../decide/decide.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import { decideByReference } from '../reference/decide-by-reference.js';
import { seededDraw } from './draw.js';
import { snapshotOf } from './load-files.js';
import { randomPolicy } from './random-policy.js';
import { randomRequest } from './random-request.js';

/** Two opinions that differ, and how to see it again. */
export interface Disagreement {
  /** Seed of policy and requests: `COUNTERSIGN_PROOF_SEED=<seed>` replays the policy alone. */
  readonly seed: number;
  readonly request: PolicyRequest;
  readonly engine: unknown;
  readonly reference: unknown;
}

/** What came of comparing. */
export interface Comparison {
  readonly decisions: number;
  readonly disagreements: readonly Disagreement[];
  /** How often each answer was given, by type, and for denials with the reason's code. */
  readonly answers: ReadonlyMap<string, number>;
}

const MOST_REQUESTS = 1000;
/** Few decisions are still spread over this many policies. */
const LEAST_POLICIES = 12;
const SHAPE = { rules: 20, conditions: 12 };
/** More of the same says nothing new. */
const MOST_DISAGREEMENTS = 3;

/**
 * Takes decisions of random policies, a thousand requests each, by the engine and by the reference, and compares all but
 * the text. Lets other work in between policies.
 */
export async function compareOpinions(firstSeed: number, decisions: number): Promise<Comparison> {
  const answers = new Map<string, number>();
  const disagreements: Disagreement[] = [];
  const requests = Math.ceil(Math.min(MOST_REQUESTS, decisions / LEAST_POLICIES));
  let taken = 0;
  for (let seed = firstSeed; taken < decisions && disagreements.length < MOST_DISAGREEMENTS; seed++) {
    const found = compareOne(seed, Math.min(requests, decisions - taken), answers);
    if (found) disagreements.push(found);
    taken += requests;
    await new Promise(setImmediate);
  }
  return { decisions: [...answers.values()].reduce((sum, count) => sum + count, 0), disagreements, answers };
}

function compareOne(seed: number, requests: number, answers: Map<string, number>): Disagreement | undefined {
  const draw = seededDraw(seed);
  const snapshot = snapshotOf(randomPolicy(draw, SHAPE));
  for (let count = 0; count < requests; count++) {
    const request = randomRequest(draw);
    const { reason: _, ...engine } = decide(snapshot, request);
    const reference = decideByReference(snapshot, request);
    if (!isDeepStrictEqual(engine, reference)) return { seed, request, engine, reference };
    const answer = engine.type === 'DENY' ? `DENY ${engine.reasonCode}` : engine.type;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  return undefined;
}
