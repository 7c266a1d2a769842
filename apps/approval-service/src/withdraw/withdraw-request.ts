import { Type, type Static } from '@sinclair/typebox';
import { QuestionMembers } from '../resolve/resolve-request.js';
import { Name } from '../resolve/voter.js';

/** Somebody takes back what was asked about a job: who submitted it, or an operator. */
export const WithdrawRequest = Type.Object(
  {
    ...QuestionMembers,
    by: Name,
    /** Whether the caller may take back anybody's question. */
    is_operator: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, $id: 'WithdrawRequest' },
);
export type WithdrawRequest = Static<typeof WithdrawRequest>;
