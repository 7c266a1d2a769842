import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { closed } from './message-fields.js';

/** What a person has to say of work that was released before anybody had looked at it. */
export const ReviewVerdict = { Fine: 'fine', Problem: 'problem' } as const;
export type ReviewVerdict = (typeof ReviewVerdict)[keyof typeof ReviewVerdict];

/** A person has looked at released work: who and what they found, never a word of their note or of the work. */
export const ReviewEvent = Type.Object(
  {
    verdict: Type.Unsafe<ReviewVerdict>({ type: 'string', enum: Object.values(ReviewVerdict) }),
    tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
    job_id: Type.String({ pattern: ULID_PATTERN }),
    job_hash: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
    attempt: Type.Integer({ minimum: 0, description: 'The attempt whose output was released.' }),
    trace_id: Type.Union([Type.String(), Type.Null()]),
    by: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$', maxLength: 128 }),
    waited_sec: Type.Integer({ minimum: 0, description: 'Seconds for which nobody had looked.' }),
    at: Type.String({ format: 'date-time', maxLength: 40 }),
  },
  { ...closed, $id: 'ReviewEvent' },
);
export type ReviewEvent = Static<typeof ReviewEvent>;
