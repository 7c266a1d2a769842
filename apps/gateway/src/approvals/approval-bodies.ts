import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { MAX_NOTE } from './note.dto.js';

const closed = { additionalProperties: false } as const;
const Note = Type.Optional(Type.String({ maxLength: MAX_NOTE }));
const JobHash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Confirm = Type.Optional(Type.String({ maxLength: 128 }));
const Kind = Type.Union([Type.Literal('job'), Type.Literal('output')]);

/** Approvals that are resolved at once at most. */
export const MAX_RESOLVED = 100;

/** The same answer to several questions; each is bound to what was seen of it. */
export const ResolveBody = Type.Object(
  {
    vote: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
    note: Note,
    items: Type.Array(
      Type.Object(
        {
          job_id: Type.String({ pattern: ULID_PATTERN }),
          expected_job_hash: JobHash,
          kind: Type.Optional(Kind),
          confirm: Confirm,
        },
        closed,
      ),
      { minItems: 1, maxItems: MAX_RESOLVED },
    ),
  },
  closed,
);
export type ResolveBody = Static<typeof ResolveBody>;

/** Other params for a job that waits; who sends them approves exactly that. */
export const EditBody = Type.Object(
  {
    params: Type.Unknown({ description: 'The params as they shall be, whole.' }),
    expected_job_hash: JobHash,
    note: Note,
    confirm: Confirm,
  },
  closed,
);
export type EditBody = Static<typeof EditBody>;

/** What is said about a question without answering it. */
export const CommentBody = Type.Object({ note: Type.String({ minLength: 1, maxLength: MAX_NOTE }) }, closed);
export type CommentBody = Static<typeof CommentBody>;
