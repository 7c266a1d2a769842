// What the schemas of messages are made of; no part of the library's interface.
import { Type } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { SEAL_PATTERN } from './seals.js';

export const closed = { additionalProperties: false } as const;
export const Token = Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 });
export const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$', maxLength: 128 });
export const Text = Type.String({ maxLength: 4096 });
export const JobId = Type.String({ pattern: ULID_PATTERN });
export const Digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
export const Seal = Type.String({
  pattern: SEAL_PATTERN,
  description: 'HMAC-SHA-256 over what decides, with a key that its maker and the scheduler share.',
});
/** RFC 3339 with a real date between 1970 and 9999; the format is checked by `is-instant.ts`. */
export const Timestamp = Type.String({ format: 'date-time', maxLength: 40 });
/** PostgreSQL's `integer` ends here; a larger number would fail in a table instead of at the edge. */
export const INT4_MAX = 2_147_483_647;
export const Ordinal = Type.Integer({ minimum: 1, maximum: INT4_MAX });
export const AttemptNumber = Type.Integer({ minimum: 0, maximum: INT4_MAX });
export const LeaseId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
export const Count = Type.Integer({ minimum: 0 });
export const Topic = Type.String({ pattern: '^job(\\.[a-z0-9_-]+)+$', maxLength: 255 });
export const Resource = Type.String({ minLength: 1, maxLength: 512 });
export const RiskTags = Type.Array(Token, { maxItems: 64 });
export const RunId = Type.String({ pattern: '^run_\\d{8}T\\d{6}Z_[0-9a-f]{8}$' });

export const literals = <T extends Record<string, string>>(values: T) =>
  Type.Unsafe<T[keyof T]>({ type: 'string', enum: Object.values(values) });

/** One of a list of words. */
export const oneOf = <T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  });
