import { Type, type Static } from '@sinclair/typebox';
import { JobHash, Note, QuestionMembers } from '../resolve/resolve-request.js';
import { Voter } from '../resolve/voter.js';

/** A verified reviewer's edit of a job that waits: approved with other params. */
export const EditRequest = Type.Object(
  {
    ...QuestionMembers,
    params: Type.Unknown(),
    note: Type.Optional(Note),
    /** Hash of what the reviewer has seen and edited. */
    expected_job_hash: JobHash,
    confirm: Type.Optional(Type.String({ maxLength: 128 })),
    ...Voter,
  },
  { additionalProperties: false, $id: 'EditRequest' },
);
export type EditRequest = Static<typeof EditRequest>;
