import { verify, type KeyObject } from 'node:crypto';
import { validate } from '@countersign/contracts';
import { readCompact, type CompactToken } from './compact-token.js';
import { MAX_WARRANT_LENGTH, WARRANT_ALG, WARRANT_ISSUER, WARRANT_TYPE, WarrantClaims } from './warrant.js';

/** Why a warrant does not hold, as a result tells it. */
export const WarrantProblem = {
  warrant_missing: 'The claim was answered without a warrant.',
  warrant_malformed: 'The warrant is no token of the expected form.',
  warrant_algorithm: 'The warrant names another algorithm than EdDSA.',
  warrant_unknown_key: 'The warrant is signed by a key that the scheduler does not know.',
  warrant_bad_signature: 'The signature of the warrant is wrong.',
  warrant_wrong_type: 'The token is signed, but is no warrant.',
  warrant_wrong_issuer: 'The warrant does not come from the scheduler.',
  warrant_wrong_audience: 'The warrant is for workers of another pool.',
  warrant_expired: 'The warrant has expired.',
  warrant_not_yet_valid: 'The warrant is not valid yet.',
  warrant_other_pool: 'The warrant is for a run in another pool.',
  warrant_other_job: 'The warrant is for another job.',
  warrant_other_attempt: 'The warrant is for another attempt.',
  warrant_other_run: 'The warrant is for another run.',
  warrant_other_lease: 'The warrant is for another lease.',
  warrant_other_claim: 'The warrant answers another claim.',
  warrant_other_bytes: 'The job on offer is not the one that the warrant is for.',
  warrant_other_constraints: 'The constraints are not those of the warrant.',
} as const;
export type WarrantProblem = keyof typeof WarrantProblem;

/** The run that a worker wants to begin, by what it has seen and been told. */
export interface ExpectedRun {
  readonly pool: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly leaseId: string;
  readonly epoch: number;
  /** The nonce of the worker's claim. */
  readonly nonce: string;
  /** SHA-256 of the bytes that would be run. */
  readonly jobHash: string;
  /** SHA-256 of the canonical JSON of the constraints that would be kept to. */
  readonly constraintsDigest: string;
}

/**
 * What the scheduler's clock may show now, in milliseconds of Unix time: its time in the answer, and that plus all that
 * passed since the claim was sent, monotonic. The worker's own wall clock has no say.
 */
export interface SchedulerTime {
  readonly earliestMs: number;
  readonly latestMs: number;
}

export type WarrantCheck =
  | { readonly ok: true; readonly claims: WarrantClaims }
  | { readonly ok: false; readonly code: WarrantProblem };

/**
 * Checks a warrant. Whatever is not as it should be refuses it; never throws over what a token holds. On this thread: a
 * hand-over to another one and back costs more than it frees (ADR 0021).
 */
export function verifyWarrant(
  token: unknown,
  run: ExpectedRun,
  time: SchedulerTime,
  keyOf: (kid: string) => KeyObject | undefined,
): WarrantCheck {
  const read = readWarrant(token, time, keyOf, run.pool);
  if (!read.ok) return read;
  const difference = differenceOf(read.claims, run);
  return difference === undefined ? read : refused(difference);
}

/**
 * Reads a warrant that somebody shows to prove which run they are: signature, type, issuer and times. Whatever is not as
 * it should be refuses it; never throws over what a token holds. Whose run it is, is for the caller to compare.
 *
 * @param audience the pool it must be for; any when left out
 */
export function readWarrant(
  token: unknown,
  time: SchedulerTime,
  keyOf: (kid: string) => KeyObject | undefined,
  audience?: string,
): WarrantCheck {
  if (token === undefined || token === null || token === '') return refused('warrant_missing');
  if (typeof token !== 'string' || token.length > MAX_WARRANT_LENGTH) return refused('warrant_malformed');
  // Whatever is compared with no number holds: a time that can't be read must not make a warrant good for ever.
  if (!(time.earliestMs <= time.latestMs)) return refused('warrant_expired');
  const read = readCompact(token);
  if (!read) return refused('warrant_malformed');
  const unsigned = signatureProblemOf(read, keyOf);
  if (unsigned !== undefined) return refused(unsigned);
  if (read.header.typ !== WARRANT_TYPE) return refused('warrant_wrong_type');
  const payload = read.payload();
  if (payload === undefined) return refused('warrant_malformed');
  if (isText(payload.iss) && payload.iss !== WARRANT_ISSUER) return refused('warrant_wrong_issuer');
  if (audience !== undefined && isText(payload.aud) && payload.aud !== audience)
    return refused('warrant_wrong_audience');
  const checked = validate(WarrantClaims, payload);
  if (!checked.ok) return refused('warrant_malformed');
  const late = lapseOf(checked.value, time);
  return late === undefined ? { ok: true, claims: checked.value } : refused(late);
}

/** The algorithm comes first: a key is only ever used with the one that it is for (RFC 8725, 3.1). */
function signatureProblemOf(
  { header, signed, signature }: CompactToken,
  keyOf: (kid: string) => KeyObject | undefined,
): WarrantProblem | undefined {
  if (header.alg !== WARRANT_ALG) return isText(header.alg) ? 'warrant_algorithm' : 'warrant_malformed';
  const key = isText(header.kid) ? keyOf(header.kid) : undefined;
  if (!key) return 'warrant_unknown_key';
  return verify(null, signed, key, signature) ? undefined : 'warrant_bad_signature';
}

function lapseOf(
  { exp, nbf }: WarrantClaims,
  { earliestMs, latestMs }: SchedulerTime,
): WarrantProblem | undefined {
  if (exp * 1000 <= latestMs) return 'warrant_expired';
  return nbf * 1000 > earliestMs ? 'warrant_not_yet_valid' : undefined;
}

function differenceOf(claims: WarrantClaims, run: ExpectedRun): WarrantProblem | undefined {
  if (claims.pool !== run.pool) return 'warrant_other_pool';
  if (claims.job_id !== run.jobId) return 'warrant_other_job';
  if (claims.attempt !== run.attempt) return 'warrant_other_attempt';
  if (claims.run_id !== run.runId) return 'warrant_other_run';
  if (claims.lease_id !== run.leaseId || claims.epoch !== run.epoch) return 'warrant_other_lease';
  if (claims.nonce !== run.nonce) return 'warrant_other_claim';
  if (claims.job_hash !== run.jobHash) return 'warrant_other_bytes';
  if (claims.constraints_digest !== run.constraintsDigest) return 'warrant_other_constraints';
  return undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const refused = (code: WarrantProblem): WarrantCheck => ({ ok: false, code });
