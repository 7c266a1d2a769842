import type { Sql } from '@countersign/persistence';

/** How far the time of a signature may be from the database's now, in seconds, as Slack recommends. */
export const MAX_AGE_SEC = 300;

/**
 * Takes a signature once, while its time is near by the database's clock. False for one that is old, of the future or
 * known; it is kept for longer than it could be used again.
 */
export async function takeSignature(sql: Sql, digest: string, signedAtSec: number): Promise<boolean> {
  const taken = await sql.query(
    `INSERT INTO callback_signatures (digest)
     SELECT $1::text WHERE abs(extract(epoch FROM now()) - $2::bigint) <= ${MAX_AGE_SEC}
     ON CONFLICT DO NOTHING RETURNING digest`,
    [digest, signedAtSec],
  );
  return taken.length === 1;
}

/** Forgets signatures whose time has passed, whichever end of it they were taken at. */
export async function forgetSignatures(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM callback_signatures WHERE taken_at < now() - make_interval(secs => ${3 * MAX_AGE_SEC})`,
  );
}
