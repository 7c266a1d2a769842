import type { Renderers } from '@countersign/service-kit';

/** Decisions are stored as they are sent, so a repeated sending is the stored text. */
export const policyEvaluatorRenderers: Renderers = {
  decision: async (sql, ids) => {
    const rows = await sql.query<{ job_id: string; message: string }>(
      'SELECT job_id, message FROM decisions WHERE job_id = ANY($1)',
      [[...ids]],
    );
    return new Map(rows.map((row) => [row.job_id, row.message]));
  },
};
