import type { Work } from '@countersign/service-kit';

/** How long changes are kept for who looks on and was cut off, in hours. Whoever was away longer lists anew. */
const CHANGES_TTL_HOURS = 24;

/** Forgets changes of long ago. */
export async function forgetChanges(work: Work): Promise<void> {
  await work.query(`DELETE FROM approval_changes WHERE at < now() - interval '${CHANGES_TTL_HOURS} hours'`);
}
