import type { BlobRef, VerdictKind } from '@countersign/contracts';
import type { Renderers } from '@countersign/service-kit';
import { RefKind } from './job/announce.js';
import { millisOf } from './job/job.columns.js';
import { offerText, outputText, type OfferParts } from './job/offer-text.js';

interface ReleasedRow {
  readonly jobId: string;
  readonly kind: VerdictKind;
  readonly released: string;
  readonly output: string | null;
  /** JSON text. */
  readonly output_blob: string | null;
}

/** Makes offers and outputs again from state, byte for byte as they were sent first. */
export const schedulerRenderers: Renderers = {
  /** Ids are `<job_id>/<attempt>`. */
  [RefKind.Offer]: async (sql, ids) => {
    const rows = await sql.query<OfferParts & { readonly id: string }>(
      `SELECT r.id, j.job_id AS "jobId", j.job_hash AS "jobHash", j.job, a.attempt, a.pool,
              ${millisOf('a.offer_expires_at')} AS "offerExpiresAtMs"
         FROM json_to_recordset($1::json) AS r(id text, job_id text, attempt int)
         JOIN attempts a ON a.job_id = r.job_id AND a.attempt = r.attempt
         JOIN jobs j ON j.job_id = r.job_id`,
      [JSON.stringify(ids.map(offerRef))],
    );
    return new Map(rows.map(({ id, ...parts }) => [id, offerText(parts)]));
  },
  /** Ids are job ids. */
  [RefKind.Output]: async (sql, ids) => {
    const rows = await sql.query<ReleasedRow>(
      `SELECT job_id AS "jobId", output_kind AS kind, released, output, output_blob FROM jobs
        WHERE released IS NOT NULL AND (output IS NOT NULL OR output_blob IS NOT NULL)
          AND job_id = ANY($1)`,
      [ids],
    );
    return new Map(
      rows.map(({ output_blob: blob, ...row }) => [
        row.jobId,
        outputText({ ...row, output: row.output ?? (JSON.parse(blob!) as BlobRef) }),
      ]),
    );
  },
};

function offerRef(id: string): { id: string; job_id: string; attempt: number } {
  const [job_id = '', attempt = ''] = id.split('/');
  return { id, job_id, attempt: Number(attempt) };
}
