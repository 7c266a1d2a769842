import type { Verdict } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Emission, Work } from '@countersign/service-kit';
import { VERDICT_REF } from './verdict-emission.js';

const COLUMNS = {
  verdict_id: 'text',
  job_id: 'text',
  attempt: 'int',
  lease_id: 'text',
  epoch: 'bigint',
  kind: 'text',
  status: 'text',
  scanned: 'text',
  released: 'text',
  message: 'text',
} as const;

/** A verdict with the message that tells it. */
export interface TellableVerdict {
  readonly verdict: Verdict;
  readonly emission: Emission & { readonly text: string };
}

/** Stores verdicts, each with the text of its message, and tells those that are new. Gives the ids of the new ones. */
export async function storeAndTell(work: Work, verdicts: readonly TellableVerdict[]): Promise<Set<string>> {
  const rows = verdicts.map(({ verdict, emission }) => ({
    verdict_id: emission.id,
    job_id: verdict.job_id,
    attempt: verdict.attempt,
    lease_id: verdict.lease_id,
    epoch: verdict.epoch,
    kind: verdict.kind,
    status: verdict.status,
    scanned: verdict.scanned,
    released: verdict.released,
    message: emission.text,
  }));
  const inserted = await work.insertMany<{ verdict_id: string }>(
    'verdicts',
    COLUMNS,
    rows,
    'ON CONFLICT DO NOTHING RETURNING verdict_id',
  );
  const fresh = new Set(inserted.map((row) => row.verdict_id));
  const told = new Set<string>();
  for (const { emission } of verdicts) {
    if (!fresh.has(emission.id) || told.has(emission.id)) continue;
    told.add(emission.id);
    work.emit(emission);
  }
  return fresh;
}

/** Makes the bodies of outbox rows again: the stored text itself, so a second sending is the same bytes. */
export const outputScannerRenderers: Readonly<
  Record<string, (sql: Sql, ids: readonly string[]) => Promise<Map<string, string>>>
> = {
  [VERDICT_REF]: async (sql, ids) => {
    const rows = await sql.query<{ verdict_id: string; message: string }>(
      'SELECT verdict_id, message FROM verdicts WHERE verdict_id = ANY($1)',
      [[...ids]],
    );
    return new Map(rows.map((row) => [row.verdict_id, row.message]));
  },
};
