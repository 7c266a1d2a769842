import { canonicalJson, sha256Digest } from '@countersign/kernel';
import { kidOf, verifyWarrant, type WarrantProblem } from '@countersign/warrant';
import type { Grant } from './answers.js';
import type { ReadOffer } from './read-offer.js';
import type { WarrantKeys } from './warrant-keys.js';

/** A lease that was granted, with what the worker knows by itself. */
export interface Granted {
  readonly offer: ReadOffer;
  readonly grant: Grant;
  readonly nonce: string;
  /** When the claim that was answered was sent, monotonic. */
  readonly askedAtMs: number;
}

/** `later`: the warrant names a key that may yet become known. */
export type WarrantVerdict = 'holds' | 'later' | WarrantProblem;

/**
 * Checks the warrants of granted leases; one verdict each, in order. Keys that are not known are asked for once, for
 * all of them together. `nowMs` is monotonic. Never throws.
 */
export async function checkWarrants(
  granted: readonly Granted[],
  pool: string,
  keys: WarrantKeys,
  nowMs: () => number,
): Promise<WarrantVerdict[]> {
  const isUnknown = ({ grant }: Granted) => {
    const kid = kidOf(grant.warrant);
    return kid !== undefined && keys.keyOf(kid) === undefined;
  };
  const allKnown = !granted.some(isUnknown) || (await keys.refresh());
  return granted.map((one) => {
    const verdict = check(one, pool, keys, nowMs());
    return verdict === 'warrant_unknown_key' && !allKnown && isUnknown(one) ? 'later' : verdict;
  });
}

function check(
  { offer, grant, nonce, askedAtMs }: Granted,
  pool: string,
  keys: WarrantKeys,
  nowMs: number,
): WarrantVerdict {
  const constraintsDigest = digestOf(grant);
  if (constraintsDigest === undefined) return 'warrant_other_constraints';
  const serverTimeMs = Date.parse(grant.server_time);
  const checked = verifyWarrant(
    grant.warrant,
    {
      pool,
      jobId: offer.jobId,
      attempt: offer.attempt,
      runId: grant.run_id,
      leaseId: grant.lease.id,
      epoch: grant.lease.epoch,
      nonce,
      jobHash: offer.jobHash,
      constraintsDigest,
    },
    { earliestMs: serverTimeMs, latestMs: serverTimeMs + (nowMs - askedAtMs) },
    (kid) => keys.keyOf(kid),
  );
  return checked.ok ? 'holds' : checked.code;
}

/** Undefined for constraints that have no canonical form, such as a text with half a surrogate pair. */
function digestOf(grant: Grant): string | undefined {
  try {
    return sha256Digest(canonicalJson(grant.constraints));
  } catch {
    return undefined;
  }
}
