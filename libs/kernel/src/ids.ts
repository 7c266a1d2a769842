import { createHash, randomFillSync } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The grammar of a ULID as this system accepts it: 26 upper-case Crockford characters, first one at most 7. */
export const ULID_PATTERN = '^[0-7][0-9A-HJKMNP-TV-Z]{25}$';

const pool = new Uint8Array(4096);
let next = pool.length;

/** A fresh ULID. */
export function newUlid(): string {
  return ulid(undefined, random);
}

/** A number below 1 with 8 random bits, of which a ULID's character takes 5. One call of the system fills many. */
function random(): number {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  return pool[next++]! / 256;
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
