import { Type, type Static } from '@sinclair/typebox';
import { Offer, Result, Service, sourceOf } from '@countersign/contracts';

/** `typ` of a warrant's header: no other token signed by the same keys can pass for a warrant (RFC 8725, 3.11). */
export const WARRANT_TYPE = 'countersign-warrant+jwt';
/** The one algorithm that is signed with and accepted: Ed25519 (RFC 8037). */
export const WARRANT_ALG = 'EdDSA';
/** `iss` of every warrant. */
export const WARRANT_ISSUER = sourceOf(Service.Scheduler);
/** Longest token that is looked at, in characters. One with 64 approvals has about 4,000. */
export const MAX_WARRANT_LENGTH = 16_384;

const closed = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 256 });
const { job_id, run_id, lease, attempt, constraints_digest } = Result.properties;
/** Seconds of Unix time (RFC 7519 NumericDate), whole. */
const NumericDate = Type.Integer({ minimum: 0 });

/**
 * What a warrant says: this run of this job, with these bytes, under this decision and these approvals, within these
 * constraints, by whoever claimed it with this nonce, and until when. Times are the database's. Closed: a worker that
 * does not know a claim can't keep to it, so it must not run.
 */
export const WarrantClaims = Type.Object(
  {
    iss: Type.Literal(WARRANT_ISSUER),
    /** The pool, as audience. */
    aud: Name,
    iat: NumericDate,
    nbf: NumericDate,
    /** End of the run's limit and its grace. */
    exp: NumericDate,
    job_id,
    /** SHA-256 of the canonical bytes that were decided about. */
    job_hash: Offer.properties.job_hash,
    attempt,
    run_id,
    lease_id: lease.properties.id,
    /** The fencing number of the lease. */
    epoch: lease.properties.epoch,
    /** The worker's own word for its claim: an answer to an earlier claim can't be played to it again. */
    nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }),
    tenant_id: Name,
    pool: Name,
    decision_id: Name,
    policy_snapshot: Offer.properties.job_hash,
    /** Empty when the decision asked for none. */
    approval_ids: Type.Array(Name, { maxItems: 64 }),
    /** SHA-256 of the canonical JSON of the constraints that the claim's answer carries. */
    constraints_digest,
  },
  closed,
);
export type WarrantClaims = Static<typeof WarrantClaims>;
