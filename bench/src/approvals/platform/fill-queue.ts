import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@countersign/persistence';
import { atOnce } from '../measure/at-once.js';
import type { HttpClient } from '../measure/http-client.js';
import { jobRequest } from './files.js';

/** Submissions at a time. */
const AT_ONCE = 32;
const LOOK_MS = 50;
/** How long questions may take to open once their jobs are submitted, in milliseconds. */
const OPEN_WITHIN_MS = 120_000;

/** Submits jobs that are asked about and waits until all of these questions are open. Gives the ids of the jobs. */
export async function fillQueue(
  http: HttpClient,
  database: Database,
  count: number,
  topic?: string,
): Promise<readonly string[]> {
  const before = await countOpen(database);
  const ids = await atOnce(count, AT_ONCE, async (n) => {
    const accepted = await http.ask('POST', '/api/v1/jobs', 202, jobRequest(n, topic));
    return (accepted as { readonly job_id: string }).job_id;
  });
  const giveUpAt = performance.now() + OPEN_WITHIN_MS;
  while ((await countOpen(database)) < before + count) {
    if (performance.now() > giveUpAt) throw new Error(`not all of ${count} questions were opened`);
    await delay(LOOK_MS);
  }
  // What autovacuum does within a minute of such a change; plans made before it are for tables that were empty.
  await database.query('ANALYZE');
  return ids;
}

/** How many questions are open. */
export async function countOpen(database: Database): Promise<number> {
  const [row] = await database.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM approval_service.approvals WHERE state = 'PENDING'`,
  );
  return row?.open ?? 0;
}
