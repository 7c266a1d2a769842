import { Type, type Static } from '@sinclair/typebox';
import { DecisionInput } from './findings.js';
import { Constraints, Verified } from './job-messages.js';
import { Count, Digest, JobId, Seal, Timestamp, closed, literals } from './message-fields.js';

export const DecisionType = {
  Allow: 'ALLOW',
  Deny: 'DENY',
  RequireApproval: 'REQUIRE_APPROVAL',
  AllowWithConstraints: 'ALLOW_WITH_CONSTRAINTS',
  Throttle: 'THROTTLE',
} as const;
export type DecisionType = (typeof DecisionType)[keyof typeof DecisionType];

/** The evaluator's answer, committed before it is published. */
export const Decision = Type.Object(
  {
    decision_id: Type.String(),
    job_id: JobId,
    job_hash: Digest,
    job: Type.String({ description: 'The canonical bytes of the job, as a string member.' }),
    type: literals(DecisionType),
    rule_ids: Type.Array(Type.String()),
    reason: Type.String(),
    reason_code: Type.String(),
    derived_tags: Type.Array(Type.String()),
    constraints: Constraints,
    obligations: Type.Object(
      {
        approval: Type.Optional(
          Type.Object(
            {
              quorum: Type.Integer({ minimum: 1 }),
              groups: Type.Array(Type.String()),
              ttl_sec: Type.Integer({ minimum: 1 }),
              confirm: Type.Optional(Type.Literal(true)),
              escalate_after_sec: Type.Optional(Type.Integer({ minimum: 1 })),
              escalate_to: Type.Optional(Type.Array(Type.String())),
            },
            closed,
          ),
        ),
        throttle: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        audit: Type.Optional(Type.Literal(true)),
        review_after: Type.Optional(Type.Literal(true)),
        notify: Type.Optional(Type.Literal(true)),
        rollback: Type.Optional(Type.Literal(true)),
      },
      closed,
    ),
    policy_snapshot: Digest,
    input: Type.Optional(DecisionInput),
    verified: Verified,
    evaluated_at: Timestamp,
    evaluation_us: Count,
    seal: Seal,
  },
  { ...closed, $id: 'Decision' },
);
export type Decision = Static<typeof Decision>;
