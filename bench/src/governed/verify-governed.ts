import { setTimeout as delay } from 'node:timers/promises';
import { Service, SERVICES, serviceUser, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { Database, schemaOf } from '@countersign/persistence';
import type { KeyFolder } from '@countersign/service-kit';
import { UNCLAIMED_NONCE } from '../ablation/edits.js';

/** How long the outboxes may take to be confirmed once the streams are empty, in milliseconds. */
const SETTLE_MS = 10_000;
const LOOK_MS = 250;
/** How long the check of the whole log may take, in milliseconds. */
const VERIFY_MS = 120_000;

/** Checks what is stored about `ids`, and the audit chain. Throws with what is wrong; gives what was counted. */
export async function verifyGoverned(options: {
  readonly adminUrl: string;
  readonly natsUrl: string;
  readonly keys: KeyFolder;
  readonly ids: readonly string[];
  /** Whether each attempt must have been claimed, or else none. */
  readonly claimed: boolean;
}): Promise<Readonly<Record<string, number>>> {
  const { adminUrl, natsUrl, keys, ids, claimed } = options;
  const database = await Database.open({ url: adminUrl, schema: 'public', poolSize: 1 });
  const user = serviceUser(Service.Gateway);
  const bus = await Bus.connect({ servers: natsUrl, user, seed: await keys.seedOf(user), name: 'bench' });
  try {
    const jobs = await countJobs(database, ids, claimed);
    const unsent = await emptyOutboxes(database);
    const audit = (await bus.request(Subjects.queryAuditVerify.template, {}, VERIFY_MS)) as {
      readonly ok: boolean;
      readonly entries?: number;
    };
    if (!audit.ok) throw new Error(`the audit chain does not verify: ${JSON.stringify(audit)}`);
    // The messages arrived, as the counts show; what is left would be sent once more in vain.
    if (unsent.length > 0)
      console.error(`${unsent.length} outbox rows are not confirmed, such as ${JSON.stringify(unsent[0])}`);
    return { ...jobs, audit_entries: audit.entries ?? 0, unconfirmed_outbox_rows: unsent.length };
  } finally {
    await bus.close();
    await database.close();
  }
}

async function countJobs(
  database: Database,
  ids: readonly string[],
  claimed: boolean,
): Promise<Record<string, number>> {
  const [row] = await database.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM ${schemaOf(Service.Scheduler)}.jobs)::int AS jobs,
            (SELECT count(*) FROM ${schemaOf(Service.Scheduler)}.jobs
              WHERE state = 'COMPLETED' AND job_id = ANY($1))::int AS completed,
            (SELECT count(*) FROM ${schemaOf(Service.Scheduler)}.attempts)::int AS attempts,
            (SELECT count(*) FROM ${schemaOf(Service.Scheduler)}.attempts WHERE outcome = 'succeeded')::int AS succeeded,
            (SELECT count(*) FROM ${schemaOf(Service.Scheduler)}.attempts WHERE nonce <> $2)::int AS claims,
            (SELECT count(DISTINCT job_id) FROM ${schemaOf(Service.AuditWriter)}.entries
              WHERE job_id = ANY($1))::int AS audited_jobs,
            ${SERVICES.map((s) => `(SELECT count(*) FROM ${schemaOf(s)}.dead_letters)`).join(' + ')} AS dead_letters`,
    [[...ids], UNCLAIMED_NONCE],
  );
  const counts = row ?? {};
  for (const name of ['jobs', 'completed', 'attempts', 'succeeded', 'audited_jobs'])
    if (counts[name] !== ids.length)
      throw new Error(`of ${ids.length} jobs: ${JSON.stringify(counts)}; ${name} differs`);
  if (counts['claims'] !== (claimed ? ids.length : 0))
    throw new Error(`${counts['claims']} of ${ids.length} jobs were claimed`);
  if (counts['dead_letters'] !== 0) throw new Error(`${counts['dead_letters']} dead letters`);
  return counts;
}

/** Waits until every outbox is empty. Gives what is left of them when it takes too long. */
async function emptyOutboxes(database: Database): Promise<readonly object[]> {
  const left = SERVICES.map(
    (service) =>
      `SELECT '${service}' AS service, event_id, type, flags, sends, event_time FROM ${schemaOf(service)}.outbox`,
  ).join(' UNION ALL ');
  for (const until = Date.now() + SETTLE_MS; ; await delay(LOOK_MS)) {
    const rows = await database.query(left);
    if (rows.length === 0 || Date.now() > until) return rows;
  }
}
