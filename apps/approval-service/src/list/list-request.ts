import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { Name } from '../resolve/voter.js';

/** Most questions in one page. */
export const MAX_PAGE = 200;
/** Questions in a page when the request does not say. */
export const DEFAULT_PAGE = 50;

/** In which order questions are listed. */
export const ListOrder = {
  /** The oldest first. */
  Oldest: 'oldest',
  /** The most critical first; of those alike, each agent's oldest before any agent's second oldest. */
  Fair: 'fair',
} as const;
export type ListOrder = (typeof ListOrder)[keyof typeof ListOrder];

const STATES = ['PENDING', 'GRANTED', 'REJECTED', 'EXPIRED', 'WITHDRAWN'] as const;
const Ulid = Type.String({ pattern: ULID_PATTERN });

/** What may be asked of questions. */
export const Filters = {
  tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
  states: Type.Optional(
    Type.Array(Type.Unsafe<(typeof STATES)[number]>({ type: 'string', enum: [...STATES] }), {
      minItems: 1,
      maxItems: STATES.length,
    }),
  ),
  kind: Type.Optional(Type.Union([Type.Literal('job'), Type.Literal('output')])),
  agent_id: Type.Optional(Name),
  /** A topic, or the beginning of topics with `.>` at its end. */
  topic: Type.Optional(Type.String({ pattern: '^job(\\.[a-z0-9_-]+)*(\\.>)?$', maxLength: 255 })),
  rule_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  shape: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  /** At least this: 0 usual, 1 high, 2 critical. */
  min_risk: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 })),
  /** Seconds since it was asked, at least. */
  min_age_sec: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
};

/** A page of a tenant's questions to the reviewers. */
export const ListRequest = Type.Object(
  {
    ...Filters,
    include_resolved: Type.Optional(Type.Boolean()),
    order: Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('fair')])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    /** `next` of the page before. */
    after: Type.Optional(Type.Union([Ulid, Type.Null()])),
  },
  { additionalProperties: false, $id: 'ListRequest' },
);
export type ListRequest = Static<typeof ListRequest>;
