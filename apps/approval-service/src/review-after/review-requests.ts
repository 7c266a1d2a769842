import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { MAX_PAGE } from '../list/list-request.js';
import { Note, QuestionMembers } from '../resolve/resolve-request.js';
import { Name, Voter } from '../resolve/voter.js';

const closed = { additionalProperties: false } as const;

/** A page of a tenant's reviews, those first that wait for the longest. */
export const ReviewListRequest = Type.Object(
  {
    tenant_id: QuestionMembers.tenant_id,
    /** Absent: both. */
    state: Type.Optional(Type.Union([Type.Literal('waiting'), Type.Literal('seen')])),
    verdict: Type.Optional(Type.Union([Type.Literal('fine'), Type.Literal('problem')])),
    agent_id: Type.Optional(Name),
    /** A topic, or the beginning of topics with `.>` at its end. */
    topic: Type.Optional(Type.String({ pattern: '^job(\\.[a-z0-9_-]+)*(\\.>)?$', maxLength: 255 })),
    /** Seconds since it was released, at least. */
    min_age_sec: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    /** `next` of the page before: the job that it ends with. */
    after: Type.Optional(Type.String({ pattern: ULID_PATTERN })),
  },
  { ...closed, $id: 'ReviewListRequest' },
);
export type ReviewListRequest = Static<typeof ReviewListRequest>;

/** A verified reviewer's word about released work. */
export const SeenRequest = Type.Object(
  {
    ...QuestionMembers,
    verdict: Type.Union([Type.Literal('fine'), Type.Literal('problem')]),
    note: Type.Optional(Note),
    ...Voter,
  },
  { ...closed, $id: 'SeenRequest' },
);
export type SeenRequest = Static<typeof SeenRequest>;
