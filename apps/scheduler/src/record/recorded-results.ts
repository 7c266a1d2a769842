import type { Result } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Fact } from '@countersign/service-kit';

/**
 * The results whose attempts have recorded exactly them: nearly all, since a verdict that comes first brings its
 * result along. Reads without locks, for a recorded result never changes.
 */
export async function recordedResults(
  sql: Sql,
  facts: readonly Fact<Result>[],
): Promise<ReadonlySet<Fact<Result>>> {
  const rows = await sql.query<{ lease_id: string; result_digest: string }>(
    `SELECT lease_id, result_digest FROM attempts
      WHERE result_digest IS NOT NULL
        AND lease_id = ANY($1)`,
    [facts.map((fact) => fact.body.lease.id)],
  );
  const digests = new Map(rows.map((row) => [row.lease_id, row.result_digest]));
  return new Set(facts.filter((fact) => digests.get(fact.body.lease.id) === fact.digest));
}
