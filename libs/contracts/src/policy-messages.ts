import { Type, type Static } from '@sinclair/typebox';
import { Digest, JobId, Name, Timestamp, Token, closed, oneOf } from './message-fields.js';
import { EDGE_PROOFS, JobRequest } from './job-messages.js';

/**
 * A job request inside of another message. Without the `$id`: a checker takes an id for its own wherever it stands, and
 * would refuse the job request itself as a second one of that name.
 */
export const JobRequestMember = Type.Object(JobRequest.properties, closed);

/** Most files of a bundle that is sent. */
export const MAX_PUSHED_FILES = 256;
/** Most decisions that one page of a replay looks at. */
export const MAX_REPLAY_PAGE = 256;

/** How a policy came to be active. */
export const ActivationCause = {
  /** It was what the folder held when nothing had been active before, or nothing that still can be. */
  Start: 'start',
  /** The content of the folder changed. */
  Folder: 'folder',
  Api: 'api',
  Rollback: 'rollback',
} as const;
export type ActivationCause = (typeof ActivationCause)[keyof typeof ActivationCause];

export const PolicyChange = {
  Pushed: 'pushed',
  Activated: 'activated',
  Refused: 'refused',
  /** Jobs could not be evaluated under it, and were denied for that. */
  Failed: 'failed',
} as const;
export type PolicyChange = (typeof PolicyChange)[keyof typeof PolicyChange];

/** What happened to the policy: never a word of its rules. */
export const PolicyChanged = Type.Object(
  {
    change: oneOf(Object.values(PolicyChange)),
    tenant_id: Type.Union([Token, Type.Null()], {
      description: 'Of the caller; null where it was the folder.',
    }),
    by: Type.Union([Name, Type.Null()], { description: 'The caller; null where it was the folder.' }),
    snapshot: Type.Union([Digest, Type.Null()], { description: 'Null when refused before there was one.' }),
    previous: Type.Union([Digest, Type.Null()], { description: 'What was active before.' }),
    how: Type.Union([oneOf(Object.values(ActivationCause)), Type.Null()]),
    policy_id: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]),
    policy_version: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]),
    content: Type.Union([Digest, Type.Null()], { description: 'Digest of the files.' }),
    problems: Type.Array(
      Type.Object(
        {
          file: Type.String({ pattern: '^[A-Za-z0-9._/-]{0,256}$' }),
          line: Type.Integer({ minimum: 0 }),
          column: Type.Integer({ minimum: 0 }),
          code: Type.String({ pattern: '^[a-z_]{1,64}$' }),
        },
        closed,
      ),
      { maxItems: 32, description: 'The first of them.' },
    ),
    problem_count: Type.Integer({ minimum: 0 }),
    failed_jobs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Of a failure: how many jobs were denied for it at once.' }),
    ),
    at: Timestamp,
  },
  { ...closed, $id: 'PolicyChanged' },
);
export type PolicyChanged = Static<typeof PolicyChanged>;

/** What a check without an answer is taken for. */
export const CheckFailMode = { Deny: 'deny', Allow: 'allow' } as const;
export type CheckFailMode = (typeof CheckFailMode)[keyof typeof CheckFailMode];

export const CheckFailure = {
  /** No try was answered in time. */
  Timeout: 'timeout',
  /** The evaluator or the broker is away. */
  Unavailable: 'unavailable',
  /** Too many checks had no answer just before: this one was not even asked. */
  BreakerOpen: 'breaker_open',
} as const;
export type CheckFailure = (typeof CheckFailure)[keyof typeof CheckFailure];

export const CheckOutcome = { FailedOpen: 'failed_open', FailedClosed: 'failed_closed' } as const;
export type CheckOutcome = (typeof CheckOutcome)[keyof typeof CheckOutcome];

/** Checks that had no answer, and what their fail mode made of them. */
export const PolicyCheckFailed = Type.Object(
  {
    outcome: oneOf(Object.values(CheckOutcome)),
    cause: oneOf(Object.values(CheckFailure)),
    environment: Token,
    tenant_id: Token,
    by: Name,
    topic: Type.String({ maxLength: 255 }),
    agent_id: Name,
    job_hash: Type.Union([Digest, Type.Null()], { description: 'Of the last of them.' }),
    count: Type.Integer({ minimum: 1 }),
    since: Timestamp,
  },
  { ...closed, $id: 'PolicyCheckFailed' },
);
export type PolicyCheckFailed = Static<typeof PolicyCheckFailed>;

/** Whoever asks the evaluator through the gateway, as the gateway has verified them. */
const Asker = Type.Object({ caller: Name, tenant_id: Token, by: oneOf(EDGE_PROOFS) }, closed);
const By = Type.Object({ tenant_id: Token, by: Name }, closed);

/** A policy file as it is sent. */
export const PolicyFile = Type.Object(
  {
    file: Type.String({
      pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$',
      maxLength: 256,
    }),
    text: Type.String(),
  },
  closed,
);
export type PolicyFile = Static<typeof PolicyFile>;
export const PolicyFiles = Type.Array(PolicyFile, { minItems: 1, maxItems: MAX_PUSHED_FILES });

/** A job as a producer would send it, and who would send it. */
export const PolicyCheckRequest = Type.Object(
  { request: JobRequestMember, verified: Asker },
  { ...closed, $id: 'PolicyCheckRequest' },
);
export type PolicyCheckRequest = Static<typeof PolicyCheckRequest>;

/** Which policy a question is about: a stored one, one that is sent along, or, with neither, the active one. */
const About = { snapshot: Type.Optional(Digest), sources: Type.Optional(PolicyFiles) };

/** Why a job would be decided as it would be; or, by its id, why a known one was. */
export const PolicyExplainRequest = Type.Object(
  {
    verified: Asker,
    request: Type.Optional(JobRequestMember),
    job_id: Type.Optional(JobId),
    now: Type.Optional(Timestamp),
    snapshot: Type.Optional(Digest),
    whole: Type.Boolean({ description: 'Whether rules about other tenants are told as well.' }),
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  },
  { ...closed, $id: 'PolicyExplainRequest' },
);
export type PolicyExplainRequest = Static<typeof PolicyExplainRequest>;

/** What a policy would decide about a job, beside what the active one does. */
export const PolicySimulateRequest = Type.Object(
  { verified: Asker, request: JobRequestMember, now: Type.Optional(Timestamp), ...About },
  { ...closed, $id: 'PolicySimulateRequest' },
);
export type PolicySimulateRequest = Static<typeof PolicySimulateRequest>;

/** A page of a tenant's recorded decisions, decided again. */
export const PolicyReplayRequest = Type.Object(
  {
    tenant_id: Token,
    ...About,
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
    after: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the page before.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_REPLAY_PAGE })),
  },
  { ...closed, $id: 'PolicyReplayRequest' },
);
export type PolicyReplayRequest = Static<typeof PolicyReplayRequest>;

/** A page of all policies that were ever pushed or active, the newest first. */
export const PolicySnapshotsRequest = Type.Object(
  {
    tenant_id: Token,
    after: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the page before.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { ...closed, $id: 'PolicySnapshotsRequest' },
);
export type PolicySnapshotsRequest = Static<typeof PolicySnapshotsRequest>;

/** One policy with what is in it; without `snapshot` the active one. */
export const PolicySnapshotRequest = Type.Object(
  { tenant_id: Token, snapshot: Type.Optional(Digest), whole: Type.Boolean() },
  { ...closed, $id: 'PolicySnapshotRequest' },
);
export type PolicySnapshotRequest = Static<typeof PolicySnapshotRequest>;

/** A policy to be kept. It does not become active by this. */
export const PolicyPushRequest = Type.Object(
  { verified: By, sources: PolicyFiles },
  { ...closed, $id: 'PolicyPushRequest' },
);
export type PolicyPushRequest = Static<typeof PolicyPushRequest>;

const Note = Type.Optional(Type.String({ maxLength: 4096 }));
/** What must be active for the change to be made. */
const Expected = Type.Optional(Digest);

export const PolicyActivateRequest = Type.Object(
  { verified: By, snapshot: Digest, expected_active: Expected, note: Note },
  { ...closed, $id: 'PolicyActivateRequest' },
);
export type PolicyActivateRequest = Static<typeof PolicyActivateRequest>;

/** Back to what was active before. */
export const PolicyRollbackRequest = Type.Object(
  { verified: By, expected_active: Expected, note: Note },
  { ...closed, $id: 'PolicyRollbackRequest' },
);
export type PolicyRollbackRequest = Static<typeof PolicyRollbackRequest>;

/** What the active policy says of a known job now. */
export const PolicyReevaluateRequest = Type.Object(
  {
    tenant_id: Token,
    job_id: JobId,
    job: Type.Optional(
      Type.String({
        description: 'Canonical bytes of another job, as if the same sender had sent them; of an edit.',
      }),
    ),
  },
  { ...closed, $id: 'PolicyReevaluateRequest' },
);
export type PolicyReevaluateRequest = Static<typeof PolicyReevaluateRequest>;
