import { describe, expect, it } from 'vitest';
import { GUARD_MS } from './guard.js';
import { compareOpinions } from './second-opinion.js';

/** Decisions that both halves take together; 10^6 unless the environment asks for fewer (mutation tests do). */
const DECISIONS = Number(process.env['COUNTERSIGN_PROOF_DECISIONS'] ?? 1_000_000);
const REPLAY = process.env['COUNTERSIGN_PROOF_SEED'];

/** The answers that must not be rare among the random decisions, and their least share in percent. */
const LEAST_SHARES: Readonly<Record<string, number>> = {
  ALLOW: 1,
  ALLOW_WITH_CONSTRAINTS: 1,
  THROTTLE: 2,
  REQUIRE_APPROVAL: 2,
  'DENY rule': 5,
  'DENY missing_input': 1,
  'DENY type_error': 0.1,
  'DENY no_match': 1,
  'DENY not_in_scope': 0.5,
  'DENY evaluation_error': 0.02,
};

/** One half of the bulk proof, in a file of its own so that two can run at once. */
export function describeSecondOpinion(half: string, firstSeed: number): void {
  describe(`the second opinion, ${half} half`, () => {
    const decisions = REPLAY === undefined ? DECISIONS / 2 : 1000;
    const seed = REPLAY === undefined ? firstSeed : Number(REPLAY);

    it(
      `is the engine's own on ${decisions.toLocaleString('en')} random decisions`,
      { timeout: GUARD_MS },
      async () => {
        const { disagreements, answers, decisions: taken } = await compareOpinions(seed, decisions);
        expect(disagreements).toEqual([]);
        expect(taken).toBe(decisions);
        const shares = Object.fromEntries(
          [...answers].map(([answer, count]) => [answer, (100 * count) / taken]),
        );
        console.log(`${half} half, percent of each answer:`, shares);
        if (decisions < 100_000) return;
        for (const [answer, least] of Object.entries(LEAST_SHARES)) {
          expect({ answer, isCommon: (shares[answer] ?? 0) >= least }).toEqual({ answer, isCommon: true });
        }
      },
    );
  });
}
