import { Type } from '@sinclair/typebox';
import { validate } from '@countersign/contracts';
import { UserError } from '../user-error.js';

const Instant = Type.String({ format: 'date-time', maxLength: 40 });

/** A time as the caller wrote it, RFC 3339, or a {@link UserError} that names the option. */
export function instantOf(text: string, option: string): string {
  if (validate(Instant, text).ok) return text;
  throw new UserError(`${option}: not an RFC 3339 time such as 2026-11-20T10:00:00Z`);
}
