import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { MAX_NOTE_LENGTH } from './redact-note.js';
import { Voter } from './voter.js';

/** The members by which every command names its question. */
export const QuestionMembers = {
  tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
  job_id: Type.String({ pattern: ULID_PATTERN }),
};
export const JobHash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
export const Note = Type.String({ maxLength: MAX_NOTE_LENGTH });

/** A verified reviewer's vote, as the gateway asks for it. Unknown members are refused, a self-made voter with them. */
export const ResolveRequest = Type.Object(
  {
    ...QuestionMembers,
    /** Absent: the job, where it was ever asked about; else its output. */
    kind: Type.Optional(Type.Union([Type.Literal('job'), Type.Literal('output')])),
    vote: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
    note: Type.Optional(Note),
    /** Hash of what the reviewer has seen. */
    expected_job_hash: Type.Optional(JobHash),
    /** What the reviewer has typed, where the policy asks for it. */
    confirm: Type.Optional(Type.String({ maxLength: 128 })),
    ...Voter,
  },
  { additionalProperties: false, $id: 'ResolveRequest' },
);
export type ResolveRequest = Static<typeof ResolveRequest>;
