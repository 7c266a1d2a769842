import { Type, type Static } from '@sinclair/typebox';
import {
  AttemptNumber,
  Count,
  Digest,
  JobId,
  Name,
  Timestamp,
  Token,
  closed,
  literals,
} from './message-fields.js';

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
