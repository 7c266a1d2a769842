import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { MAX_NOTE_LENGTH } from './redact-note.js';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$', maxLength: 128 });

/** A verified reviewer's vote, as the gateway asks for it. Unknown members are refused, a self-made voter with them. */
export const ResolveRequest = Type.Object(
  {
    tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
    job_id: Type.String({ pattern: ULID_PATTERN }),
    /** Absent: the job, where it was ever asked about; else its output. */
    kind: Type.Optional(Type.Union([Type.Literal('job'), Type.Literal('output')])),
    vote: Type.Union([Type.Literal('approve'), Type.Literal('deny')]),
    note: Type.Optional(Type.String({ maxLength: MAX_NOTE_LENGTH })),
    /** Who votes, from the session alone. */
    by: Name,
    /** The voter's verified groups. */
    groups: Type.Optional(Type.Array(Name, { maxItems: 256 })),
  },
  { additionalProperties: false, $id: 'ResolveRequest' },
);
export type ResolveRequest = Static<typeof ResolveRequest>;
