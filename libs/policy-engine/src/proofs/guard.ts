/** When a bulk proof is given up, in milliseconds: a guard against a hang, not a promise about speed. */
export const GUARD_MS = 30 * 60_000;

/**
 * Random policies for each property, which say `endOnFailure`: a policy that is drawn step by step shrinks to other policies, for
 * hours; mutation tests ask for fewer. */
export const POLICIES = Number(process.env['COUNTERSIGN_PROOF_POLICIES'] ?? 200);

/** Random pairs for each matcher; mutation tests ask for fewer. */
export const PAIRS = Number(process.env['COUNTERSIGN_PROOF_PAIRS'] ?? 100_000);
