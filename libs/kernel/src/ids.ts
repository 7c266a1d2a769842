import { createHash } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The grammar of a ULID as this system accepts it: 26 upper-case Crockford characters, first one at most 7. */
export const ULID_PATTERN = '^[0-7][0-9A-HJKMNP-TV-Z]{25}$';

/** A fresh ULID. */
export function newUlid(): string {
  return ulid();
}

/**
 * A ULID that is the same each time for the same cause: time part from `timeMs`, random part from SHA-256 of `seed`.
 * Used where a redelivered message must give the same id.
 */
export function derivedUlid(timeMs: number, seed: string): string {
  const hash = createHash('sha256').update(seed).digest();
  let random = '';
  for (let i = 0; i < 16; i++) random += CROCKFORD[hash[i]! & 31];
  return encodeTime(timeMs, 10) + random;
}
