import { Type, type Static } from '@sinclair/typebox';
import { BlobRef } from './blobs.js';
import { Constraints } from './job-messages.js';
import {
  AttemptNumber,
  Count,
  Digest,
  JobId,
  LeaseId,
  Name,
  Ordinal,
  RunId,
  Timestamp,
  Token,
  closed,
  literals,
} from './message-fields.js';

/** What workers of a pool may claim. */
export const Offer = Type.Object(
  {
    job_id: JobId,
    job_hash: Digest,
    job: Type.String(),
    attempt: Ordinal,
    pool: Token,
    offer_expires_at: Timestamp,
  },
  { ...closed, $id: 'Offer' },
);
export type Offer = Static<typeof Offer>;

export const LeaseRef = Type.Object({ id: LeaseId, epoch: Ordinal }, closed);

export const ResultStatus = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  TimedOut: 'timed_out',
  Cancelled: 'cancelled',
} as const;
export type ResultStatus = (typeof ResultStatus)[keyof typeof ResultStatus];

/** What a worker returns: untrusted until it is scanned. */
export const Result = Type.Object(
  {
    job_id: JobId,
    attempt: Ordinal,
    run_id: RunId,
    lease: LeaseRef,
    status: literals(ResultStatus),
    output: Type.Unknown(),
    output_blob: Type.Optional(BlobRef),
    error: Type.Union([
      Type.Null(),
      Type.Object({ code: Type.String({ maxLength: 128 }), message: Type.String() }, closed),
    ]),
    constraints_digest: Digest,
    usage: Type.Object({ tokens_in: Count, tokens_out: Count, usd_micros: Count }, closed),
    started_at: Timestamp,
    finished_at: Timestamp,
    effects: Type.Array(
      Type.Object({ kind: Type.String(), op: Type.String(), target: Type.String() }, closed),
      { maxItems: 1024 },
    ),
  },
  { ...closed, $id: 'Result' },
);
export type Result = Static<typeof Result>;

/** Tells the workers of a pool to stop a run. */
export const Stop = Type.Object(
  { job_id: JobId, attempt: AttemptNumber, lease_id: LeaseId },
  { ...closed, $id: 'Stop' },
);
export type Stop = Static<typeof Stop>;

/** A worker's wish to run offers. Several travel in one request. */
export const ClaimRequest = Type.Object(
  {
    worker_id: Name,
    claims: Type.Array(
      Type.Object(
        {
          job_id: JobId,
          attempt: Ordinal,
          nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 256 },
    ),
  },
  { ...closed, $id: 'ClaimRequest' },
);
export type ClaimRequest = Static<typeof ClaimRequest>;

export type ClaimRefusal =
  | 'already_claimed'
  | 'offer_expired'
  | 'cancelled'
  | 'not_your_pool'
  | 'unknown_offer'
  /** The stored job, its decision or its approval are not those of each other: the job ends. */
  | 'digest_mismatch'
  /** The decision asks for an approval that is not there: the job ends. */
  | 'not_approved';
export type ClaimAnswer =
  | {
      readonly ok: true;
      readonly job_id: string;
      readonly attempt: number;
      readonly lease: { readonly id: string; readonly epoch: number; readonly duration_ms: number };
      readonly server_time: string;
      readonly run_id: string;
      readonly constraints: Constraints;
      /** A signed token (compact JWS) over all of this, the job's bytes and its decision. Without it nothing is run. */
      readonly warrant: string;
      readonly heartbeat_sec: number;
    }
  | { readonly ok: false; readonly job_id: string; readonly attempt: number; readonly code: ClaimRefusal };

/** A worker's sign of life for its leases. */
export const HeartbeatRequest = Type.Object(
  {
    worker_id: Name,
    leases: Type.Array(Type.Object({ lease_id: LeaseId, epoch: Ordinal }, closed), {
      minItems: 1,
      maxItems: 4096,
    }),
  },
  { ...closed, $id: 'HeartbeatRequest' },
);
export type HeartbeatRequest = Static<typeof HeartbeatRequest>;
export type HeartbeatAnswer =
  | {
      readonly ok: true;
      readonly lease_id: string;
      readonly extends_ms: number;
      readonly cancel: boolean;
      /** The result of this lease is recorded: the worker may forget it. */
      readonly result_recorded: boolean;
    }
  | { readonly ok: false; readonly lease_id: string; readonly code: 'stale_lease' };
