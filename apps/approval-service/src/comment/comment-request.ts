import { Type, type Static } from '@sinclair/typebox';
import { MAX_NOTE_LENGTH } from '../resolve/redact-note.js';
import { QuestionMembers } from '../resolve/resolve-request.js';
import { Name } from '../resolve/voter.js';

/** What somebody says about a question without answering it. */
export const CommentRequest = Type.Object(
  {
    ...QuestionMembers,
    kind: Type.Optional(Type.Union([Type.Literal('job'), Type.Literal('output')])),
    note: Type.String({ minLength: 1, maxLength: MAX_NOTE_LENGTH }),
    by: Name,
  },
  { additionalProperties: false, $id: 'CommentRequest' },
);
export type CommentRequest = Static<typeof CommentRequest>;
