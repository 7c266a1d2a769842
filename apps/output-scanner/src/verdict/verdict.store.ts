import type { Verdict } from '@countersign/contracts';
import type { Emission, Work } from '@countersign/service-kit';

const COLUMNS = { verdict_id: 'text', job_id: 'text', pool: 'text' } as const;

/** A verdict with the message that tells it. */
export interface TellableVerdict {
  readonly verdict: Verdict;
  readonly emission: Emission & { readonly text: string };
}

/**
 * Tells the verdicts that were not told before, and gives their ids. A worker sends a result until it is recorded, and
 * each sending is a message of its own.
 */
export async function tellOnce(
  work: Work,
  verdicts: readonly TellableVerdict[],
): Promise<ReadonlySet<string>> {
  const rows = verdicts.map(({ verdict, emission }) => ({
    verdict_id: emission.id,
    job_id: verdict.job_id,
    pool: verdict.pool,
  }));
  const inserted = await work.insertMany<{ verdict_id: string }>(
    'verdicts',
    COLUMNS,
    rows,
    'ON CONFLICT DO NOTHING RETURNING verdict_id',
  );
  const fresh = new Set(inserted.map((row) => row.verdict_id));
  const untold = new Set(fresh);
  for (const { emission } of verdicts) if (untold.delete(emission.id)) work.emit(emission);
  return fresh;
}
