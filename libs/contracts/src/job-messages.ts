import { Type, type Static } from '@sinclair/typebox';
import {
  Count,
  JobId,
  Name,
  Resource,
  RiskTags,
  Text,
  Timestamp,
  Token,
  Topic,
  closed,
  literals,
} from './message-fields.js';

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
