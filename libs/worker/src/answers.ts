import { Type, type Static } from '@sinclair/typebox';
import { Constraints, LeaseRef, Result, validate, type ClaimRefusal } from '@countersign/contracts';

const AttemptRef = { job_id: Result.properties.job_id, attempt: Result.properties.attempt };

const ClaimRefusals = {
  already_claimed: true,
  offer_expired: true,
  cancelled: true,
  not_your_pool: true,
  unknown_offer: true,
  digest_mismatch: true,
  not_approved: true,
} as const satisfies Record<ClaimRefusal, true>;

const Granted = Type.Object({
  ...AttemptRef,
  ok: Type.Literal(true),
  lease: Type.Object({ ...LeaseRef.properties, duration_ms: Type.Number({ exclusiveMinimum: 0 }) }),
  server_time: Type.String({ format: 'date-time' }),
  run_id: Result.properties.run_id,
  constraints: Constraints,
  /** Whatever it is: a lease without a warrant that holds is reported, never run. */
  warrant: Type.Optional(Type.Unknown()),
  heartbeat_sec: Type.Number({ exclusiveMinimum: 0 }),
});
const Refused = Type.Object({
  ...AttemptRef,
  ok: Type.Literal(false),
  code: Type.Unsafe<ClaimRefusal>({ type: 'string', enum: Object.keys(ClaimRefusals) }),
});
const Alive = Type.Object({
  ok: Type.Literal(true),
  lease_id: Type.String(),
  extends_ms: Type.Number(),
  cancel: Type.Boolean(),
  result_recorded: Type.Boolean(),
});
const Stale = Type.Object({
  ok: Type.Literal(false),
  lease_id: Type.String(),
  code: Type.Literal('stale_lease'),
});
const ClaimAnswer = Type.Union([Granted, Refused]);
const HeartbeatAnswer = Type.Union([Alive, Stale]);

/** A lease on an attempt, with the terms of its run. */
export type Grant = Static<typeof Granted>;
export type ClaimReply = Static<typeof ClaimAnswer>;
export type HeartbeatReply = Static<typeof HeartbeatAnswer>;

/** The well-formed answers in a reply to a claim request. What is not well-formed counts as not answered. */
export const claimReplies = (reply: unknown): ClaimReply[] => wellFormed(ClaimAnswer, reply);

/** The well-formed answers in a reply to a heartbeat. */
export const heartbeatReplies = (reply: unknown): HeartbeatReply[] => wellFormed(HeartbeatAnswer, reply);

function wellFormed<S extends typeof ClaimAnswer | typeof HeartbeatAnswer>(
  schema: S,
  reply: unknown,
): Static<S>[] {
  return listOf(reply).flatMap((answer) => {
    const checked = validate(schema, answer);
    return checked.ok ? [checked.value] : [];
  });
}

function listOf(reply: unknown): readonly unknown[] {
  const answers =
    typeof reply === 'object' && reply !== null && 'answers' in reply ? reply.answers : undefined;
  return Array.isArray(answers) ? answers : [];
}
