import type { Sql } from '@countersign/persistence';

/** Names a job in an outbox reference. Neither part can hold a slash. */
export const jobRef = (tenant: string, jobId: string): { kind: 'job'; id: string } => ({
  kind: 'job',
  id: `${tenant}/${jobId}`,
});

/** Makes the bodies of outbox rows again from the gateway's tables: `job` from the intake, byte for byte. */
export const gatewayRenderers = {
  job: async (sql: Sql, ids: readonly string[]): Promise<Map<string, string>> => {
    const rows = await sql.query<{ ref: string; job: string }>(
      `SELECT r.ref, i.job FROM unnest($1::text[]) AS r(ref)
       JOIN intake i ON i.tenant_id = split_part(r.ref, '/', 1) AND i.job_id = split_part(r.ref, '/', 2)`,
      [[...ids]],
    );
    return new Map(rows.map(({ ref, job }) => [ref, job]));
  },
};
