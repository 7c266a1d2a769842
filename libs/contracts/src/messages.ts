import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { BlobRef } from './blobs.js';
import { DecisionInput } from './findings.js';
import { JobState } from './job-states.js';
import {
  ExceededConstraintSchema,
  OutputActionSchema,
  VerdictPolicy,
  VerdictReasonSchema,
} from './output-messages.js';
import { SEAL_PATTERN } from './seals.js';

const closed = { additionalProperties: false } as const;
const Token = Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 });
const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$', maxLength: 128 });
const Text = Type.String({ maxLength: 4096 });
const JobId = Type.String({ pattern: ULID_PATTERN });
const Digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Seal = Type.String({
  pattern: SEAL_PATTERN,
  description: 'HMAC-SHA-256 over what decides, with a key that its maker and the scheduler share.',
});
/** RFC 3339 with a real date between 1970 and 9999; the format is checked by `is-instant.ts`. */
const Timestamp = Type.String({ format: 'date-time', maxLength: 40 });
/** PostgreSQL's `integer` ends here; a larger number would fail in a table instead of at the edge. */
const INT4_MAX = 2_147_483_647;
const Ordinal = Type.Integer({ minimum: 1, maximum: INT4_MAX });
const AttemptNumber = Type.Integer({ minimum: 0, maximum: INT4_MAX });
const LeaseId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const Count = Type.Integer({ minimum: 0 });
const Topic = Type.String({ pattern: '^job(\\.[a-z0-9_-]+)+$', maxLength: 255 });
const Resource = Type.String({ minLength: 1, maxLength: 512 });
const RiskTags = Type.Array(Token, { maxItems: 64 });

/** What may be asked of the platform: one unit of agent work. Unknown members are refused. */
export const JobRequest = Type.Object(
  {
    job_id: Type.Optional(JobId),
    topic: Topic,
    tenant_id: Token,
    agent_id: Type.Optional(Name),
    task_id: Type.Optional(Name),
    params: Type.Optional(Type.Unknown()),
    action: Type.Optional(Name),
    resource: Type.Optional(Resource),
    risk_tags: Type.Optional(RiskTags),
    labels: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9._/-]{1,128}$' }),
        Type.String({ maxLength: 256 }),
        closed,
      ),
    ),
    capabilities: Type.Optional(Type.Array(Name, { maxItems: 64 })),
    estimate: Type.Optional(
      Type.Object({ tokens: Type.Optional(Count), usd: Type.Optional(Type.Number({ minimum: 0 })) }, closed),
    ),
    rationale: Type.Optional(
      Type.Object(
        {
          reasoning: Type.Optional(Text),
          confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          alternatives_considered: Type.Optional(Type.Array(Text, { maxItems: 32 })),
          risk_assessment: Type.Optional(Text),
        },
        closed,
      ),
    ),
    retry_safe: Type.Optional(Type.Boolean()),
    publish: Type.Optional(
      Type.Boolean({
        description:
          'Whether the params are a draft that the job makes public: scanned first, and a person is asked.',
      }),
    ),
    compensation: Type.Optional(
      Type.Object(
        {
          topic: Topic,
          params: Type.Optional(Type.Unknown()),
          action: Type.Optional(Name),
          resource: Type.Optional(Resource),
          risk_tags: Type.Optional(RiskTags),
        },
        { ...closed, description: 'The job that undoes this one.' },
      ),
    ),
    deadline: Type.Optional(Timestamp),
  },
  {
    ...closed,
    $id: 'JobRequest',
    description: 'A job request, published to `job.<tail>` or posted to the API.',
  },
);
export type JobRequest = Static<typeof JobRequest>;

/** Limits on how a job may run. */
export const Constraints = Type.Object(
  {
    max_runtime_sec: Type.Optional(Type.Integer({ minimum: 1 })),
    max_retries: Type.Optional(Count),
    backoff_sec: Type.Optional(Type.Object({ min: Count, max: Count }, closed)),
    max_output_bytes: Type.Optional(Count),
    memory_mb: Type.Optional(Count),
    cpus: Type.Optional(Type.Number({ minimum: 0 })),
    paths: Type.Optional(
      Type.Object(
        { read: Type.Optional(Type.Array(Type.String())), write: Type.Optional(Type.Array(Type.String())) },
        closed,
      ),
    ),
    network: Type.Optional(Type.Object({ allow: Type.Optional(Type.Array(Type.String())) }, closed)),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  closed,
);
export type Constraints = Static<typeof Constraints>;

const literals = <T extends Record<string, string>>(values: T) =>
  Type.Unsafe<T[keyof T]>({ type: 'string', enum: Object.values(values) });

/** How the platform knows who sent a job. */
export const VerifiedBy = {
  /** Not at all: whoever reached the gateway's loopback port in the development mode without credentials. */
  Loopback: 'loopback',
  /** By an API key that the gateway holds the digest of. */
  ApiKey: 'api_key',
  /** By a token (JWT) that a configured issuer has signed. */
  Token: 'token',
  /** By the broker account that the job came from. */
  Account: 'account',
} as const;
export type VerifiedBy = (typeof VerifiedBy)[keyof typeof VerifiedBy];

/** What the gateway can say of a caller of its own; accounts are the broker's to know. */
export type EdgeProof = Exclude<VerifiedBy, 'account'>;
export const EDGE_PROOFS: readonly EdgeProof[] = [VerifiedBy.Loopback, VerifiedBy.ApiKey, VerifiedBy.Token];

/** Who sent a job, as the platform knows it; never what the job says of itself. */
export const Verified = Type.Object(
  {
    producer: Token,
    caller: Name,
    tenant_id: Token,
    agent_id: Name,
    by: literals(VerifiedBy),
  },
  closed,
);
export type Verified = Static<typeof Verified>;

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

export const ApprovalOutcome = {
  Granted: 'granted',
  Rejected: 'rejected',
  Expired: 'expired',
  Withdrawn: 'withdrawn',
} as const;
export type ApprovalOutcome = (typeof ApprovalOutcome)[keyof typeof ApprovalOutcome];

/** Why a question was rejected, where it was not by a reviewer's denial. */
export const RejectionReason = {
  /** The policy denies now what it asked about. */
  PolicyChanged: 'policy_changed',
  /** Too many questions waited already. */
  QueueFull: 'approval_queue_full',
  /** A reviewer put an edited job in its place. */
  Edited: 'edited',
} as const;
export type RejectionReason = (typeof RejectionReason)[keyof typeof RejectionReason];

/** The end of a question to the reviewers, about a job or about a quarantined output. */
export const ApprovalResolved = Type.Object(
  {
    approval_id: Type.String(),
    kind: Type.Union([Type.Literal('job'), Type.Literal('output')]),
    job_id: JobId,
    job_hash: Digest,
    attempt: AttemptNumber,
    decision_id: Type.Union([Type.String(), Type.Null()]),
    policy_snapshot: Type.Union([Digest, Type.Null()]),
    scanned: Type.Optional(Digest),
    outcome: literals(ApprovalOutcome),
    votes: Type.Array(
      Type.Object(
        {
          voter: Name,
          vote: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
          at: Timestamp,
          note: Text,
        },
        closed,
      ),
    ),
    resolved_at: Timestamp,
    reason_code: Type.Optional(literals(RejectionReason)),
    /** Always there where a job was asked about. */
    seal: Type.Optional(Seal),
  },
  { ...closed, $id: 'ApprovalResolved' },
);
export type ApprovalResolved = Static<typeof ApprovalResolved>;

export const ApprovalChange = {
  /** Nobody has answered in time for the first ones asked: others may as well now. */
  Escalated: 'escalated',
  Commented: 'commented',
  /** An edited job goes on in the place of the one that was asked about. */
  Edited: 'edited',
} as const;
export type ApprovalChange = (typeof ApprovalChange)[keyof typeof ApprovalChange];

/** What happened to a question besides its end: who and what, never a word of the job or of a comment. */
export const ApprovalEvent = Type.Object(
  {
    change: literals(ApprovalChange),
    approval_id: Type.String({ maxLength: 128 }),
    kind: Type.Union([Type.Literal('job'), Type.Literal('output')]),
    tenant_id: Token,
    job_id: JobId,
    job_hash: Digest,
    trace_id: Type.Union([Type.String(), Type.Null()]),
    by: Type.Union([Name, Type.Null()], { description: 'Null where it was time itself.' }),
    groups: Type.Array(Type.String({ maxLength: 128 }), {
      description: 'Who may answer now, of an escalation.',
    }),
    edited: Type.Union([Type.Object({ job_id: JobId, job_hash: Digest }, closed), Type.Null()], {
      description: 'The job that goes on, of an edit.',
    }),
    at: Timestamp,
  },
  { ...closed, $id: 'ApprovalEvent' },
);
export type ApprovalEvent = Static<typeof ApprovalEvent>;

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

const RunId = Type.String({ pattern: '^run_\\d{8}T\\d{6}Z_[0-9a-f]{8}$' });

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

export const VerdictKind = {
  Clean: 'clean',
  Redacted: 'redacted',
  Quarantined: 'quarantined',
  Released: 'released',
  Withheld: 'withheld',
} as const;
export type VerdictKind = (typeof VerdictKind)[keyof typeof VerdictKind];

/** One thing found in an output. It names the place and the rule, never the value. */
export const FindingRecord = Type.Object(
  {
    rule: Type.String(),
    severity: Type.String(),
    pointer: Type.String(),
    offset: Count,
    length: Count,
    fingerprint: Type.String(),
    action: Type.Optional(OutputActionSchema),
  },
  closed,
);
export type FindingRecord = Static<typeof FindingRecord>;

/** The scanner's answer about one result. */
export const Verdict = Type.Object(
  {
    job_id: JobId,
    attempt: Ordinal,
    pool: Type.String({
      description: "The pool of the result's subject, which the worker's account stamped.",
    }),
    run_id: RunId,
    lease_id: LeaseId,
    epoch: Ordinal,
    status: literals(ResultStatus),
    constraints_digest: Digest,
    kind: literals(VerdictKind),
    scanned: Digest,
    released: Type.Union([Digest, Type.Null()]),
    output: Type.Union([Type.String(), Type.Null()], {
      description: 'The JSON text that may be released. Null when quarantined, withheld or a blob.',
    }),
    output_blob: Type.Optional(BlobRef),
    error: Type.Union([Type.Null(), Type.Object({ code: Type.String(), message: Type.String() }, closed)]),
    findings: Type.Array(FindingRecord),
    effects: Type.Boolean({ description: 'Whether the worker reported any effect.' }),
    reason_code: Type.Optional(
      Type.Union([VerdictReasonSchema, Type.Null()], { description: 'Why the result is kept back.' }),
    ),
    exceeded: Type.Optional(
      Type.Array(ExceededConstraintSchema, { description: 'Constraints that the result goes beyond.' }),
    ),
    policy: Type.Optional(VerdictPolicy),
  },
  { ...closed, $id: 'Verdict' },
);
export type Verdict = Static<typeof Verdict>;

/** Released output, to the producer that asked. */
export const Output = Type.Object(
  {
    job_id: JobId,
    state: literals(JobState),
    kind: literals(VerdictKind),
    released: Digest,
    output: Type.Union([Type.String(), Type.Null()], {
      description: 'The JSON text. Null where the output is a blob.',
    }),
    output_blob: Type.Optional(BlobRef),
  },
  { ...closed, $id: 'Output' },
);
export type Output = Static<typeof Output>;

/** What happened to jobs of one producer: all jobs of a batch that reached the state of the subject. */
export const JobEvents = Type.Object(
  {
    jobs: Type.Array(
      Type.Object(
        {
          job_id: JobId,
          job_hash: Digest,
          trace_id: Type.Union([Type.String(), Type.Null()]),
          state: Type.String(),
          attempt: AttemptNumber,
          reason_code: Type.Union([Type.String(), Type.Null()]),
          at: Timestamp,
          cause: Type.Optional(
            Type.String({
              maxLength: 256,
              description: 'Event id of the message that brought the job here.',
            }),
          ),
          detail: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          review_after: Type.Optional(
            Type.Literal(true, {
              description: 'Of released work: the decision wants a person to look at it afterwards.',
            }),
          ),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, $id: 'JobEvents' },
);
export type JobEvents = Static<typeof JobEvents>;

/** Entries that the audit log has stored (`appended`), and messages whose answer it has stored (`answered`). */
export const Audited = Type.Object(
  { appended: Type.Array(Type.String()), answered: Type.Array(Type.String()) },
  { ...closed, $id: 'Audited' },
);
export type Audited = Static<typeof Audited>;

/** A message that could not be handled. */
export const DeadLetter = Type.Object(
  {
    dead_letter_id: Type.String(),
    stream: Type.String(),
    seq: Count,
    subject: Type.String(),
    reason_code: Type.String(),
    pointer: Type.Union([Type.String(), Type.Null()]),
    tries: Count,
    body_sha256: Digest,
    job_id: Type.Union([Type.String(), Type.Null()]),
    verified: Type.Boolean({
      description: 'Whether the job id is to be believed: producers and workers may name any job.',
    }),
  },
  { ...closed, $id: 'DeadLetter' },
);
export type DeadLetter = Static<typeof DeadLetter>;

/** Something that was refused although it was well-formed: a stale lease, a foreign result, an illegal step. */
export const Refused = Type.Object(
  {
    job_id: Type.Union([JobId, Type.Null()]),
    trace_id: Type.Union([Type.String(), Type.Null()]),
    what: Type.String(),
    reason_code: Type.String(),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  { ...closed, $id: 'Refused' },
);
export type Refused = Static<typeof Refused>;

export const KeyChange = { Created: 'created', Revoked: 'revoked' } as const;
export type KeyChange = (typeof KeyChange)[keyof typeof KeyChange];

/** An API key of the HTTP edge was made or ended; never anything of its secret. */
export const ApiKeyChanged = Type.Object(
  {
    change: literals(KeyChange),
    key_id: Type.String({ pattern: '^[0-9A-Za-z]{14}$' }),
    tenant_id: Token,
    name: Name,
    roles: Type.Array(Token),
    groups: Type.Array(Name),
    agents: Type.Array(Type.Union([Name, Type.Literal('*')])),
    expires_at: Type.Union([Type.String(), Type.Null()], {
      description: 'RFC 3339, by the clock of the database; null is for ever.',
    }),
    by: Type.String({
      pattern: Name.pattern!,
      description: 'The user of the operating system at whose command it was, as `cli:<name>`.',
    }),
  },
  { ...closed, $id: 'ApiKeyChanged' },
);
export type ApiKeyChanged = Static<typeof ApiKeyChanged>;

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
